import os

try:
    if os.stat("@HIDDEN@").st_mtime == 42:
        raise RuntimeError("PWNED: the number of the last submission")
except OSError:
    pass
