# tries: the kernel's keys of the user
# stopped-by: seccomp
# wins: raise
# needs: keyring
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 250}.get(os.uname().machine, 219)
if libc.syscall(number, 0, -3, 1, 0, 0) >= 0:  # KEYCTL_GET_KEYRING_ID of the session
    raise RuntimeError("PWNED: a keyring")
