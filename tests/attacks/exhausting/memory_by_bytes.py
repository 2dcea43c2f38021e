# tries: 1.5 GiB of bytes
# stopped-by: limits
# wins: raise
held = []
try:
    for _ in range(24):
        held.append(bytes(64 << 20))  # untouched: filling it can take longer than a deadline
except MemoryError:
    pass
count = len(held)
del held
if count == 24:
    raise RuntimeError("PWNED: 1.5 GiB")
