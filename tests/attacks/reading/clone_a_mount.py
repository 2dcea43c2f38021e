# tries: to get the hidden folder by the mount interface (open_tree)
# stopped-by: bubblewrap, identity, seccomp
# wins: raise
# needs: root
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
fd = libc.syscall(428, -100, b"@SECRET_DIR@", 1)  # OPEN_TREE_CLONE
if fd >= 0:
    try:
        text = os.read(os.open("hidden.txt", os.O_RDONLY, dir_fd=fd), 100)
    except OSError as error:
        text = f"a mount of the folder ({error})"
    raise RuntimeError(f"PWNED: {text!r}")
