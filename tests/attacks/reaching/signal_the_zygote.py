# tries: to signal the process that forks the workers
# stopped-by: identity, landlock, seccomp
# wins: raise
import os

try:
    os.kill(os.getppid(), 0)
except OSError:
    pass
else:
    raise RuntimeError("PWNED: can signal the zygote")
