# tries: to open a world-readable file of the instructor
# stopped-by: bubblewrap, landlock, seccomp
# wins: raise
try:
    text = open("@HIDDEN@").read()
except OSError:
    text = ""
if text:
    raise RuntimeError(f"PWNED: {text}")
