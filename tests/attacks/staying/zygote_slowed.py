# tries: to lower the zygote's priority, so that all later submissions are slow
# stopped-by: identity, seccomp
# wins: state
# breaks: launcher
import os

try:
    os.setpriority(os.PRIO_PROCESS, os.getppid(), 7)
except OSError:
    pass
