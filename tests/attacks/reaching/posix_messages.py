# tries: a POSIX message queue
# stopped-by: seccomp
# wins: raise
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
open_call = {"x86_64": 240}.get(os.uname().machine, 180)
name = b"llmquiz-attack-%d" % os.getpid()
queue = libc.syscall(open_call, name, os.O_CREAT | os.O_RDWR, 0o600, None)
if queue >= 0:
    libc.syscall(open_call + 1, name)
    raise RuntimeError("PWNED: a message queue")
