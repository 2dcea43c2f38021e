# tries: io_uring, which makes sockets without the system call socket
# stopped-by: seccomp
# wins: raise
# needs: io_uring
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
if libc.syscall(425, 4, ctypes.create_string_buffer(120)) >= 0:
    raise RuntimeError("PWNED: a ring")
