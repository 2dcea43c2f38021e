# tries: to write into the zygote's memory (the bytes that are there already)
# stopped-by: identity, seccomp
# wins: raise
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


same = ctypes.create_string_buffer(b"0123456789abcdefABCDEF", 22)
import string

mine, theirs = Vector(ctypes.addressof(same), 22), Vector(id(string.hexdigits) + 48, 22)
count = libc.process_vm_writev(
    os.getppid(),
    ctypes.byref(mine),
    ctypes.c_ulong(1),
    ctypes.byref(theirs),
    ctypes.c_ulong(1),
    ctypes.c_ulong(0),
)
if count > 0:
    raise RuntimeError(f"PWNED: {count} bytes written")
