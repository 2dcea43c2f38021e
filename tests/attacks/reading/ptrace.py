# tries: to attach to another process of the user as a debugger
# stopped-by: bubblewrap, identity, landlock, seccomp
# wins: raise
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
if libc.ptrace(0x4206, @CANARY_PID@, ctypes.c_void_p(0), ctypes.c_void_p(0)) == 0:  # PTRACE_SEIZE
    raise RuntimeError("PWNED: traces another process")
