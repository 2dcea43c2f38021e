# tries: infinities, NaN and huge numbers where the judge expects counts
# stopped-by: protocol
# wins: judge
# naive: trusting
import os
import struct

node = '["dict",[NaN,1e999],[-1e999,%s],["a",["tensor",1e999]]]' % ("9" * 4000)
text = (
    '{"kind":"reply","refused":[],"output":%s,"inputs":["list"],"values":["list",NaN],"gradients":["dict"]}'
    % node
).encode()
for fd in range(3, 64):
    try:
        for _ in range(10):
            os.write(fd, struct.pack("<IQ", len(text), 0) + text)
    except OSError:
        pass
