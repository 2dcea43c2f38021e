# tries: to take the processor from everybody, by real-time priority
# stopped-by: identity, seccomp
# wins: raise
# needs: root
import os

won = []
try:
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    won.append("SCHED_FIFO")
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
except OSError:
    pass
try:
    os.nice(-5)
    won.append("nice")
except OSError:
    pass
if won:
    raise RuntimeError(f"PWNED: {won}")
