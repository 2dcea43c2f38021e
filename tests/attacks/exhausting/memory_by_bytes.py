# tries: 1.5 GiB of bytes
# stopped-by: limits
# wins: raise
held = []
try:
    for _ in range(24):
        held.append(b"\1" * (64 << 20))
except MemoryError:
    pass
count = len(held)
del held
if count == 24:
    raise RuntimeError("PWNED: 1.5 GiB")
