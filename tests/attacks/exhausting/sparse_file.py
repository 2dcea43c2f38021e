# tries: a file that claims a terabyte
# stopped-by: bubblewrap, landlock, limits, seccomp
# wins: raise
import os

try:
    fd = os.open("@MARK@", os.O_RDWR | os.O_CREAT)
    os.ftruncate(fd, 1 << 40)
except OSError:
    if os.path.exists("@MARK@"):
        os.unlink("@MARK@")  # an empty file fills no disk
else:
    raise RuntimeError(f"PWNED: {os.fstat(fd).st_size} bytes")
