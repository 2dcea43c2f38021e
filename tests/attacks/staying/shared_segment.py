# tries: to leave a System V segment, which lives until the machine ends
# stopped-by: seccomp
# wins: state
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
segment = libc.shmget(0x6C6C6D71, ctypes.c_size_t(4096), 0o1666)
if segment >= 0:
    at = libc.shmat(segment, None, 0)
    ctypes.memmove(at, b"the answers\0", 12)
