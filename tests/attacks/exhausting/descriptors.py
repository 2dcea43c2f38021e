# tries: to use up the system's table of open files
# stopped-by: limits
# wins: raise
import os

held = []
try:
    for _ in range(300):
        held += os.pipe()
except OSError:
    pass
count = len(held)
for fd in held:
    os.close(fd)
if count > 400:
    raise RuntimeError(f"PWNED: {count} descriptors")
