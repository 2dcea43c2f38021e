# tries: to lock memory, so that the system cannot swap it out
# stopped-by: seccomp
# wins: raise
# needs: root
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
block = ctypes.create_string_buffer(64 << 20)
if libc.mlock(block, ctypes.c_size_t(64 << 20)) == 0:
    libc.munlock(block, ctypes.c_size_t(64 << 20))
    raise RuntimeError("PWNED: 64 MiB locked")
