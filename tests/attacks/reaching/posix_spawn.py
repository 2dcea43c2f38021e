# tries: to start a program by posix_spawn, which is vfork and exec in C
# stopped-by: landlock, seccomp
# wins: raise
import os

try:
    child = os.posix_spawn("/bin/true", ["true"], {})
    code = os.waitpid(child, 0)[1]
except OSError:
    code = -1
if code == 0:
    raise RuntimeError("PWNED: ran /bin/true")
