# tries: to get the handle of a hidden file, which says that it exists
# stopped-by: bubblewrap, seccomp
# wins: raise
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
handle, mount = (ctypes.c_uint * 34)(128), ctypes.c_int()
if libc.name_to_handle_at(-100, b"@HIDDEN@", handle, ctypes.byref(mount), 0) == 0:
    raise RuntimeError(f"PWNED: handle of {handle[0]} bytes")
