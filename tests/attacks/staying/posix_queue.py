# tries: to leave a message in a POSIX queue
# stopped-by: seccomp
# wins: state
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall(
    {"x86_64": 240}.get(os.uname().machine, 180), b"@TOKEN@", os.O_CREAT | os.O_RDWR, 0o666, None
)
