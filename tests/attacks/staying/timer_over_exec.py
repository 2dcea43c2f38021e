# tries: to become a sleeping program, which no interpreter ends
# stopped-by: landlock, seccomp
# wins: outlives
import os

try:
    if os.fork() == 0:
        try:
            os.setsid()
            os.execv("/bin/sleep", ["sleep", "20"])
        finally:
            os._exit(1)
except OSError:
    pass
