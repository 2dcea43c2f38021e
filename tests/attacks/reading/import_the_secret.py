# tries: to import a module of the instructor's folder
# stopped-by: bubblewrap, landlock, seccomp
# wins: raise
import sys

sys.path.insert(0, "@SECRET_DIR@")
try:
    from secret_module import SECRET
except ImportError:
    SECRET = ""
if SECRET:
    raise RuntimeError(f"PWNED: {SECRET}")
