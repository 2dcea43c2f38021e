# tries: to read the command lines of all processes
# stopped-by: bubblewrap, landlock, seccomp
# wins: raise
import os

seen = []
try:
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) not in (os.getpid(), os.getppid()):
            try:
                seen.append(open(f"/proc/{name}/cmdline").read().replace("\0", " ")[:60])
            except OSError:
                pass
except OSError:
    pass
if any("python" in line for line in seen):
    raise RuntimeError(f"PWNED: {len(seen)} processes")
