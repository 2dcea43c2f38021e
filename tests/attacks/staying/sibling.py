# tries: a child of its parent's parent (CLONE_PARENT), which nobody waits for
# stopped-by: seccomp
# wins: outlives
import ctypes
import os
import signal
import time

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 56}.get(os.uname().machine, 220)
if libc.syscall(number, 0x8000 | signal.SIGCHLD, 0, 0, 0, 0) == 0:
    os.setsid()
    time.sleep(20)
    os._exit(0)
