# tries: to kill the process that forks the workers
# stopped-by: identity, landlock, seccomp
# wins: raise
# breaks: launcher
import os
import signal
import time

parent = os.getppid()
try:
    os.kill(parent, signal.SIGKILL)
    for _ in range(500):
        time.sleep(0.002)
        if os.getppid() != parent:
            break
except OSError:
    pass
if os.getppid() != parent:
    raise RuntimeError("PWNED: the zygote is dead")
