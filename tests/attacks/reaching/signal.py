# tries: to signal another process of the user (signal 0 only: nothing is harmed)
# stopped-by: bubblewrap, identity, landlock, seccomp
# wins: raise
import os

for pid in (@CANARY_PID@, @JUDGE_PID@):
    try:
        os.kill(pid, 0)
    except OSError:
        continue
    raise RuntimeError(f"PWNED: can signal {pid}")
