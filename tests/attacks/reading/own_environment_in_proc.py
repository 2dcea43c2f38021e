# tries: to read the environment that the process was started with
# stopped-by: separation
# wins: raise
try:
    text = open("/proc/self/environ", "rb").read()
except OSError:
    text = b""
if b"ATTACKS_SECRET" in text:
    raise RuntimeError("PWNED: the token in the environment")
