# tries: to open what the judge and the zygote hold open, by /proc/PID/fd
# stopped-by: identity, landlock, seccomp
# wins: raise
# needs: root
import os

opened = []
for pid in ("@JUDGE_PID@", str(os.getppid())):
    try:
        for name in os.listdir(f"/proc/{pid}/fd"):
            opened.append(os.readlink(f"/proc/{pid}/fd/{name}"))
    except OSError:
        pass
if opened:
    raise RuntimeError(f"PWNED: {opened[:5]}")
