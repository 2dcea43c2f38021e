# tries: to open the secret relative to an O_PATH descriptor of its folder
# stopped-by: bubblewrap, landlock, seccomp
# wins: raise
import os

text = b""
try:
    folder = os.open("@SECRET_DIR@", os.O_PATH | os.O_DIRECTORY)
    text = os.read(os.open("hidden.txt", os.O_RDONLY, dir_fd=folder), 100)
except OSError:
    pass
if text:
    raise RuntimeError(f"PWNED: {text!r}")
