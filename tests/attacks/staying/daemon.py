# tries: to leave a daemon behind: two forks and a session of its own
# stopped-by: seccomp
# wins: outlives
import os
import time

try:
    child = os.fork()
    if child == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(20)
        os._exit(0)
    os.waitpid(child, 0)
except OSError:
    pass
