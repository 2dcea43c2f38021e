# tries: to share memory with other processes by System V
# stopped-by: seccomp
# wins: raise
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
segment = libc.shmget(0, ctypes.c_size_t(4096), 0o1600)
if segment >= 0:
    libc.shmctl(segment, 0, None)
    raise RuntimeError("PWNED: a shared segment")
