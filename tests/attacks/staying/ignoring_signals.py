# tries: to leave a child that ignores every signal and closed everything
# stopped-by: seccomp
# wins: outlives
import os
import signal
import time

try:
    if os.fork() == 0:
        for number in range(1, 65):
            try:
                signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        os.closerange(0, 64)
        os.setsid()
        time.sleep(20)
        os._exit(0)
except OSError:
    pass
