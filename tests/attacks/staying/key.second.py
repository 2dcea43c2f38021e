import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
keyctl = {"x86_64": 250}.get(os.uname().machine, 219)
key = libc.syscall(keyctl, 10, -4, b"user", b"@TOKEN@", 0)
if key > 0:
    libc.syscall(keyctl, 3, key)
    raise RuntimeError("PWNED: a key of the last submission")
