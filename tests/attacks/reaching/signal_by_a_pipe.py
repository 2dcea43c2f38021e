# tries: to let the kernel signal another process when a pipe is written (F_SETOWN)
# stopped-by: seccomp
# wins: raise
import fcntl
import os

try:
    reading, writing = os.pipe()
    fcntl.fcntl(reading, fcntl.F_SETOWN, os.getppid())
    fcntl.fcntl(reading, 10, 10)  # F_SETSIG
    owner = fcntl.fcntl(reading, fcntl.F_GETOWN)
except OSError:
    owner = 0
if owner:
    raise RuntimeError(f"PWNED: signals would go to {owner}")
