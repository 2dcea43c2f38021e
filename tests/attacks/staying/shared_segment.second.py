import ctypes

libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
segment = libc.shmget(0x6C6C6D71, ctypes.c_size_t(4096), 0)
if segment >= 0:
    text = ctypes.string_at(libc.shmat(segment, None, 0))
    libc.shmctl(segment, 0, None)
    raise RuntimeError(f"PWNED: {text!r}")
