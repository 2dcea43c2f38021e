# tries: to change a limit of the zygote, which its later children inherit
# stopped-by: identity, seccomp
# wins: state
# breaks: launcher
import os
import resource

try:
    _, hard = resource.prlimit(os.getppid(), resource.RLIMIT_SIGPENDING)
    resource.prlimit(os.getppid(), resource.RLIMIT_SIGPENDING, (777, hard))
except (OSError, ValueError):
    pass
