# tries: to fill the machine's memory through /dev/shm (40 MiB), which no limit on a process counts
# stopped-by: landlock, limits, seccomp
# wins: raise
import os

path, written = f"/dev/shm/llmquiz-attack-{os.getpid()}", 0
try:
    with open(path, "wb") as file:
        os.unlink(path)
        for _ in range(40):
            written += file.write(bytes(1 << 20))
except OSError:
    pass
if written >= 40 << 20:
    raise RuntimeError(f"PWNED: {written} bytes of shared memory")
