# tries: to signal by rt_sigqueueinfo and tgkill
# stopped-by: identity, landlock, seccomp
# wins: raise
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 234}.get(os.uname().machine, 131)
parent = os.getppid()
if (
    libc.sigqueue(parent, 0, ctypes.c_void_p(0)) == 0
    or libc.syscall(number, parent, parent, 0) == 0
):
    raise RuntimeError("PWNED: can signal the zygote")
