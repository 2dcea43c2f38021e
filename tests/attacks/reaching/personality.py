# tries: to switch off the randomisation of addresses for what it starts
# stopped-by: seccomp
# wins: raise
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
if libc.personality(0x0040000) >= 0 and libc.personality(0xFFFFFFFF) & 0x0040000:
    raise RuntimeError("PWNED: no randomisation")
