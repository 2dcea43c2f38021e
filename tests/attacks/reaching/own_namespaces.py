# tries: namespaces of its own, in which it is root
# stopped-by: seccomp
# wins: raise
# needs: userns
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
if libc.unshare(0x10000000 | 0x00020000) == 0:  # user and mount
    raise RuntimeError("PWNED: new user and mount namespaces")
