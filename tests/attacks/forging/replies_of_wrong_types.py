# tries: replies whose every field is of a type that no worker sends
# stopped-by: protocol
# wins: judge
# naive: trusting
import json
import os
import struct

forged = [
    {"kind": "printed", "text": 5},
    {"kind": "printed"},
    {"kind": "reply", "refused": {"a": 1}},
    {"kind": "reply", "refused": [], "error": {"kind": "raised", "frames": 5}},
    {"kind": "reply", "refused": [], "output": ["dict", [["list"], 1]], "inputs": ["list"]},
    {"kind": "reply", "refused": [], "output": ["tensor", True], "inputs": 1, "gradients": None},
    {"kind": None},
]
with open("/dev/null"):
    pass
# A different one each time the module is loaded: the judge starts a fresh worker after each.
import time

text = json.dumps(forged[time.time_ns() // 1000 % len(forged)]).encode()
for fd in range(3, 64):
    try:
        os.write(fd, struct.pack("<IQ", len(text), 0) + text)
    except OSError:
        pass
