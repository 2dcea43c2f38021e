# tries: an error report of the worker with fields that the report's sentences do not expect
# stopped-by: protocol
# wins: judge
# naive: trusting
import json
import os
import struct

error = {
    "kind": "raised",
    "class": "{0.__class__}",
    "bases": [{}, 5, None],
    "message": "{facts[x]}%s%n",
    "frames": [["@SOLUTION@", -5, "x"], ["", 10**30, "y"]] * 50,
    "missing_module": "os\n",
}
text = json.dumps({"kind": "reply", "refused": [], "error": error}).encode()
for fd in range(3, 64):
    try:
        for _ in range(10):
            os.write(fd, struct.pack("<IQ", len(text), 0) + text)
    except OSError:
        pass
