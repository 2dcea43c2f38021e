# tries: to stop the process that forks the workers, so that the judge waits for ever
# stopped-by: identity, landlock, seccomp
# wins: raise
# breaks: launcher
import os
import signal
import time

stopped = False
try:
    os.kill(os.getppid(), signal.SIGSTOP)
    time.sleep(0.05)
    stopped = open(f"/proc/{os.getppid()}/stat").read().split()[2] == "T"
    os.kill(os.getppid(), signal.SIGCONT)
except OSError:
    pass
if stopped:
    raise RuntimeError("PWNED: the zygote stood still")
