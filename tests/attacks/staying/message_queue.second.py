import ctypes

libc = ctypes.CDLL(None, use_errno=True)
queue = libc.msgget(0x6C6C6D71, 0)
if queue >= 0:
    libc.msgctl(queue, 0, None)
    raise RuntimeError("PWNED: a queue of the last submission")
