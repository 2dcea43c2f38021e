# tries: to open by the system call openat2, which old filters do not know
# stopped-by: bubblewrap, landlock, seccomp
# wins: raise
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
how = (ctypes.c_uint64 * 3)(os.O_RDONLY, 0, 0)
fd = libc.syscall(437, -100, b"@HIDDEN@", how, 24)
if fd >= 0:
    raise RuntimeError(f"PWNED: {os.read(fd, 100)!r}")
