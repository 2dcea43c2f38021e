# tries: to map the secret by numpy
# stopped-by: bubblewrap, landlock, seccomp
# wins: raise
import numpy

try:
    text = bytes(numpy.memmap("@HIDDEN@", mode="r")[:16])
except OSError:
    text = b""
if text:
    raise RuntimeError(f"PWNED: {text!r}")
