# tries: to change another process's limits, priority and processors
# stopped-by: identity, seccomp
# wins: raise
import os
import resource

won, parent = [], os.getppid()
for name, act in (
    (
        "prlimit",
        lambda: resource.prlimit(
            parent, resource.RLIMIT_CORE, resource.prlimit(parent, resource.RLIMIT_CORE)
        ),
    ),
    (
        "priority",
        lambda: os.setpriority(os.PRIO_PROCESS, parent, os.getpriority(os.PRIO_PROCESS, parent)),
    ),
    ("affinity", lambda: os.sched_setaffinity(parent, os.sched_getaffinity(parent))),
):
    try:
        act()
        won.append(name)
    except (OSError, ValueError):
        pass
if won:
    raise RuntimeError(f"PWNED: {won} of the zygote")
