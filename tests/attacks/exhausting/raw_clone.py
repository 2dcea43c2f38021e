# tries: a new process by the system calls clone and clone3, past fork
# stopped-by: seccomp
# wins: raise
import ctypes
import os
import signal

libc = ctypes.CDLL(None, use_errno=True)
made = []
arguments = (ctypes.c_uint64 * 11)()
arguments[4] = signal.SIGCHLD
child = libc.syscall(435, arguments, 88)
if child == 0:
    os._exit(0)
if child > 0:
    os.waitpid(child, 0)
    made.append("clone3")
child = libc.syscall({"x86_64": 56}.get(os.uname().machine, 220), signal.SIGCHLD, 0, 0, 0, 0)
if child == 0:
    os._exit(0)
if child > 0:
    os.waitpid(child, 0)
    made.append("clone")
child = libc.syscall(58) if os.uname().machine == "x86_64" and not made else -1
if child == 0:
    os._exit(0)
if child > 0:
    made.append("vfork")
if made:
    raise RuntimeError(f"PWNED: a process by {made}")
