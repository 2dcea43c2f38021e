# tries: to leave a key in the user's keyring
# stopped-by: seccomp
# wins: state
# needs: keyring
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall({"x86_64": 248}.get(os.uname().machine, 217), b"user", b"@TOKEN@", b"answers", 7, -4)
