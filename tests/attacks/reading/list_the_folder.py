# tries: to list the instructor's folder
# stopped-by: bubblewrap, landlock, seccomp
# wins: raise
import os

try:
    names = os.listdir("@SECRET_DIR@")
except OSError:
    names = []
if names:
    raise RuntimeError(f"PWNED: {names}")
