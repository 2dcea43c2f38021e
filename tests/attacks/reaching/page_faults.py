# tries: to handle page faults itself, by which races in the kernel are won
# stopped-by: seccomp
# wins: raise
# needs: userfaultfd
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
if libc.syscall({"x86_64": 323}.get(os.uname().machine, 282), 1) >= 0:
    raise RuntimeError("PWNED: a userfaultfd")
