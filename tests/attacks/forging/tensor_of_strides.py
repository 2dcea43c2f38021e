# tries: to send four bytes that unfold to a terabyte, by strides of zero
# stopped-by: protocol
# wins: judge
# naive: trusting
import json
import os
import struct

one = b'{"0":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}  '
body = struct.pack("<Q", len(one)) + one + bytes(4)
node = ["strided", 0, [1 << 38], [0], 0]
header = json.dumps(
    {
        "kind": "reply",
        "refused": [],
        "output": node,
        "inputs": ["list", node],
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
