# tries: to fill the process table (200 forks at most)
# stopped-by: seccomp
# wins: raise
import os
import signal
import time

children = []
try:
    for _ in range(200):
        child = os.fork()
        if child == 0:
            time.sleep(20)
            os._exit(0)
        children.append(child)
except OSError:
    pass
for child in children:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
if len(children) > 100:
    raise RuntimeError(f"PWNED: {len(children)} processes at once")
