# tries: the same by /proc/PID/mem
# stopped-by: identity, landlock, seccomp
# wins: state
# breaks: launcher
import os
import string

try:
    with open(f"/proc/{os.getppid()}/mem", "r+b", 0) as memory:
        memory.seek(id(string.hexdigits) + 48 + 21)
        memory.write(b"X")
except OSError:
    pass
