# tries: to reach the file system of other processes by /proc/PID/root and cwd
# stopped-by: bubblewrap, landlock, seccomp
# wins: raise
import os

for pid in ("self", "1", str(os.getppid()), "@JUDGE_PID@", "thread-self"):
    for way in ("root", "cwd/../../../../../../../.."):
        try:
            text = open(f"/proc/{pid}/{way}@HIDDEN@").read()
        except OSError:
            continue
        raise RuntimeError(f"PWNED: by {pid}/{way}: {text}")
