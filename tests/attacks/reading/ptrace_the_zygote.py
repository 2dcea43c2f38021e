# tries: to attach to the zygote, from which all later workers are forked
# stopped-by: identity, landlock, seccomp
# wins: raise
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
if libc.ptrace(0x4206, os.getppid(), ctypes.c_void_p(0), ctypes.c_void_p(0)) == 0:  # PTRACE_SEIZE
    raise RuntimeError("PWNED: traces the zygote")
