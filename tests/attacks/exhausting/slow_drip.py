# tries: a reply of one byte at a time, for ever, so that no read ever waits long
# stopped-by: deadline
# wins: judge
# naive: trusting
# wall: 3
import os
import struct
import time

for fd in range(3, 64):
    try:
        os.write(fd, struct.pack("<IQ", 1000, 0))
    except OSError:
        pass
while True:
    for fd in range(3, 64):
        try:
            os.write(fd, b" ")
        except OSError:
            pass
    time.sleep(0.02)
