# tries: to load a program into the kernel
# stopped-by: identity, seccomp
# wins: raise
# needs: root, bpf
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 321}.get(os.uname().machine, 280)
attributes = (ctypes.c_uint32 * 18)(2, 4, 4, 1)  # an array map
if libc.syscall(number, 0, attributes, 72) >= 0:
    raise RuntimeError("PWNED: a bpf map")
