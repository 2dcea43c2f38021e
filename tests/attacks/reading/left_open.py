# tries: to find a descriptor that the judge left open, and to read it
# stopped-by: descriptors, separation
# wins: raise
import os
import stat

for fd in range(3, 256):
    try:
        state = os.fstat(fd)
    except OSError:
        continue
    if stat.S_ISREG(state.st_mode):
        raise RuntimeError(f"PWNED: {os.pread(fd, 100, 0)!r}")
    if stat.S_ISSOCK(state.st_mode):
        raise RuntimeError(f"PWNED: a socket, {fd}")
