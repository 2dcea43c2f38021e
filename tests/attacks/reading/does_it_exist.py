# tries: to learn that a hidden file exists, and how large it is
# stopped-by: bubblewrap
# wins: raise
import os

try:
    size = os.stat("@HIDDEN@").st_size
except OSError:
    size = 0
if size:
    raise RuntimeError(f"PWNED: {size} bytes")
