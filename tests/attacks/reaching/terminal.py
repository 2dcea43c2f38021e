# tries: to type into the instructor's terminal
# stopped-by: separation, bubblewrap, descriptors, landlock, seccomp
# wins: raise
# needs: terminal
import fcntl
import os

for fd in (0, 1, 2, "/dev/tty"):
    try:
        target = fd if isinstance(fd, int) else os.open(fd, os.O_RDWR)
        fcntl.ioctl(target, 0x5412, b"x")  # TIOCSTI
    except OSError:
        continue
    raise RuntimeError(f"PWNED: typed into {fd}")
