# tries: memory that is a file without a name (40 MiB)
# stopped-by: limits, seccomp
# wins: raise
import os

written = 0
try:
    fd = os.memfd_create("bomb")
    for _ in range(40):
        written += os.write(fd, bytes(1 << 20))
except (OSError, AttributeError):
    pass
if written >= 40 << 20:
    raise RuntimeError(f"PWNED: {written} bytes in a memfd")
