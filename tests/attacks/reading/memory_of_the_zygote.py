# tries: to read the zygote's memory by process_vm_readv, at an address that a fork has in common
# stopped-by: identity, seccomp
# wins: raise
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


here = ctypes.create_string_buffer(64)
mine, theirs = Vector(ctypes.addressof(here), 64), Vector(id(os), 64)
count = libc.process_vm_readv(
    os.getppid(),
    ctypes.byref(mine),
    ctypes.c_ulong(1),
    ctypes.byref(theirs),
    ctypes.c_ulong(1),
    ctypes.c_ulong(0),
)
if count > 0:
    raise RuntimeError(f"PWNED: {count} bytes of the zygote")
