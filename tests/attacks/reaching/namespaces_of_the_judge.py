# tries: to enter the judge's namespaces
# stopped-by: bubblewrap, identity, landlock, seccomp
# wins: raise
# needs: root
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
try:
    fd = os.open("/proc/@JUDGE_PID@/ns/net", os.O_RDONLY)
except OSError:
    fd = -1
if fd >= 0 and libc.setns(fd, 0) == 0:
    raise RuntimeError("PWNED: in the judge's network")
