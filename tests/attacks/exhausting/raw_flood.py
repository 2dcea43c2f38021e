# tries: to pour bytes into the channel without end
# stopped-by: protocol, deadline
# wins: judge
# naive: trusting
import os

fds = [fd for fd in range(3, 64)]
while fds:
    for fd in list(fds):
        try:
            os.write(fd, bytes(65536))
        except OSError:
            fds.remove(fd)
