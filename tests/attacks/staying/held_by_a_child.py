# tries: a child that holds the channel open, so that the judge waits for it
# stopped-by: seccomp
# wins: outlives
# wall: 3
import os
import time

try:
    if os.fork() == 0:
        time.sleep(20)
        os._exit(0)
    os._exit(0)
except OSError:
    pass
