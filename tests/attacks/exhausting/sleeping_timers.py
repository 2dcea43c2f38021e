# tries: thousands of kernel timers
# stopped-by: limits, seccomp
# wins: raise
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
held = []
for _ in range(500):
    fd = libc.timerfd_create(1, 0)
    if fd < 0:
        break
    held.append(fd)
count = len(held)
for fd in held:
    os.close(fd)
if count > 400:
    raise RuntimeError(f"PWNED: {count} timers")
