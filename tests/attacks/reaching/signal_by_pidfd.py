# tries: to signal by a descriptor of a process
# stopped-by: identity, landlock, seccomp
# wins: raise
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
fd = libc.syscall(434, os.getppid(), 0)
if fd >= 0 and libc.syscall(424, fd, 0, None, 0) == 0:
    raise RuntimeError("PWNED: can signal the zygote by a pidfd")
