# tries: endlessly many empty prints
# stopped-by: protocol, deadline, limits
# wins: judge
# naive: trusting
# wall: 3
import json
import os
import struct

text = json.dumps({"kind": "printed", "text": ""}).encode()
frames = (struct.pack("<IQ", len(text), 0) + text) * 1000
fds = [fd for fd in range(3, 64)]
while fds:
    for fd in list(fds):
        try:
            os.write(fd, frames)
        except OSError:
            fds.remove(fd)
