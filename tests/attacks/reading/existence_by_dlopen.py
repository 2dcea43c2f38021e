# tries: to learn that a hidden file exists from the loader's error, which also opens it
# stopped-by: bubblewrap, landlock, seccomp
# wins: raise
import ctypes

try:
    ctypes.CDLL("@HIDDEN@")
except OSError as error:
    if "ELF" in str(error) or "too short" in str(error):
        raise RuntimeError(f"PWNED: {error}") from None
