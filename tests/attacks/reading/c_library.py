# tries: to read by fopen and fgets of the C library, past Python's open
# stopped-by: bubblewrap, landlock, seccomp
# wins: raise
import ctypes

libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
file = libc.fopen(b"@HIDDEN@", b"r")
if file:
    line = ctypes.create_string_buffer(100)
    libc.fgets(line, 100, ctypes.c_void_p(file))
    raise RuntimeError(f"PWNED: {line.value!r}")
