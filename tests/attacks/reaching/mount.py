# tries: to mount
# stopped-by: identity, seccomp
# wins: raise
# needs: root
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
# In a mount namespace of its own, so that the machine keeps its file system.
if libc.unshare(0x00020000) == 0:
    libc.mount(None, b"/", None, ctypes.c_ulong(0x44000), None)  # private
    if libc.mount(b"none", b"/mnt", b"tmpfs", ctypes.c_ulong(0), None) == 0:
        raise RuntimeError("PWNED: mounted")
