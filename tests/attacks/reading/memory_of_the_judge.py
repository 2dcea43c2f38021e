# tries: to read the judge's memory, where the expected values are, by /proc/PID/mem
# stopped-by: bubblewrap, identity, landlock, seccomp
# wins: raise
try:
    with open("/proc/@JUDGE_PID@/maps") as maps, open("/proc/@JUDGE_PID@/mem", "rb", 0) as memory:
        start = next(line.split("-")[0] for line in maps if " rw-p " in line)
        memory.seek(int(start, 16))
        data = memory.read(64)
except (OSError, StopIteration):
    data = b""
if data:
    raise RuntimeError(f"PWNED: {len(data)} bytes of the judge at {start}")
