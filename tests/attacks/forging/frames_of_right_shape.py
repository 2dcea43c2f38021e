# tries: to answer requests ahead of time, with empty outputs that claim to be fine
# stopped-by: protocol
# wins: points
# naive: trusting
import json
import os
import struct

reply = {
    "kind": "reply",
    "refused": [],
    "output": None,
    "inputs": ["list"],
    "values": ["list"],
    "gradients": ["dict"],
    "points": 37,
}
text = json.dumps(reply).encode()
frames = (struct.pack("<IQ", len(text), 0) + text) * 100
for fd in range(3, 64):
    try:
        os.write(fd, frames)
    except OSError:
        pass
