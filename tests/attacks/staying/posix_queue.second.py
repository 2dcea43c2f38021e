import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 240}.get(os.uname().machine, 180)
if libc.syscall(number, b"@TOKEN@", os.O_RDONLY, 0, None) >= 0:
    libc.syscall(number + 1, b"@TOKEN@")
    raise RuntimeError("PWNED: a queue of the last submission")
