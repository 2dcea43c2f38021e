# tries: to count the judge's instructions, which tells what it does
# stopped-by: seccomp
# wins: raise
# needs: perf
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 298}.get(os.uname().machine, 241)
attributes = (ctypes.c_uint64 * 16)(1 | (128 << 32), 1)
for pid in (@JUDGE_PID@, 0):
    if libc.syscall(number, attributes, pid, -1, -1, 0) >= 0:
        raise RuntimeError(f"PWNED: counts of {pid}")
