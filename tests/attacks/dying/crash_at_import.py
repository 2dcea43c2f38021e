# tries: to crash while it is loaded
# stopped-by: separation
# wins: death
import ctypes

ctypes.memset(1, 0, 1 << 20)
