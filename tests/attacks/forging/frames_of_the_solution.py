# tries: to let the judge print lines of its own files, by a forged traceback
# stopped-by: protocol
# wins: judge
# naive: trusting
import json
import os
import struct

frames = [["@HIDDEN@", 1, "stolen"], ["@SOLUTION@", 20, "stolen"]]
error = {
    "kind": "raised",
    "class": "E",
    "bases": ["E"],
    "message": "see the traceback",
    "frames": frames,
    "missing_module": None,
}
text = json.dumps({"kind": "reply", "refused": [], "error": error}).encode()
for fd in range(3, 64):
    try:
        for _ in range(10):
            os.write(fd, struct.pack("<IQ", len(text), 0) + text)
    except OSError:
        pass
