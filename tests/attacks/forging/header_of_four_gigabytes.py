# tries: to announce a header of 4 GiB
# stopped-by: protocol
# wins: judge
# naive: trusting
import os
import struct

for fd in range(3, 64):
    try:
        os.write(fd, struct.pack("<IQ", 0xFFFFFFFF, 0) + b"{")
    except OSError:
        pass
