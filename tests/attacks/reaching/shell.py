# tries: to run a shell
# stopped-by: landlock, seccomp
# wins: raise
import os

if os.system("exit 0") == 0:
    raise RuntimeError("PWNED: a shell ran")
