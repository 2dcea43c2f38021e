# tries: to fill the disk (40 MiB)
# stopped-by: bubblewrap, landlock, limits, seccomp
# wins: raise
import os

written = 0
try:
    with open("@MARK@", "wb") as file:
        for _ in range(40):
            written += file.write(bytes(1 << 20))
except OSError:
    pass
if written < 40 << 20 and os.path.exists("@MARK@"):
    os.unlink("@MARK@")  # an empty file fills no disk
if written >= 40 << 20:
    raise RuntimeError(f"PWNED: {written} bytes on the disk")
