# tries: to send messages to other processes by System V
# stopped-by: seccomp
# wins: raise
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
queue = libc.msgget(0, 0o1600)
if queue >= 0:
    libc.msgctl(queue, 0, None)
    raise RuntimeError("PWNED: a message queue")
