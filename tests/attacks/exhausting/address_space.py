# tries: a terabyte of reserved addresses
# stopped-by: limits
# wins: raise
import mmap

try:
    mmap.mmap(-1, 1 << 40, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000)
except OSError:
    pass
else:
    raise RuntimeError("PWNED: a terabyte of addresses")
