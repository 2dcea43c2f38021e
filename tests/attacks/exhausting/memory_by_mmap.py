# tries: 1.5 GiB of shared anonymous memory, which limits on the heap do not count
# stopped-by: limits
# wins: raise
import mmap

held = []
try:
    for _ in range(24):
        part = mmap.mmap(-1, 64 << 20)
        for start in range(0, 64 << 20, 1 << 20):
            part[start] = 1
        held.append(part)
except OSError:
    pass
count = len(held)
for part in held:
    part.close()
if count == 24:
    raise RuntimeError("PWNED: 1.5 GiB")
