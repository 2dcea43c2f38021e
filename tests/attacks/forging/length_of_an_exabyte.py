# tries: to announce a frame of an exabyte
# stopped-by: protocol
# wins: judge
# naive: trusting
import os
import struct

for fd in range(3, 64):
    try:
        os.write(fd, struct.pack("<IQ", 2, 1 << 60) + b"{}")
    except OSError:
        pass
