# tries: to copy the zygote's socket to the judge out of it, by pidfd_getfd
# stopped-by: identity, seccomp
# wins: raise
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
pidfd = libc.syscall(434, os.getppid(), 0)
if pidfd >= 0:
    for number in range(3, 32):
        stolen = libc.syscall(438, pidfd, number, 0)
        if stolen >= 0:
            raise RuntimeError(f"PWNED: {os.fstat(stolen)}")
