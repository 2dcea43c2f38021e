# tries: to take back the identity that it gave up
# stopped-by: identity, seccomp
# wins: raise
# needs: root
import os

try:
    os.setresuid(0, 0, 0)
    os.setgroups([0])
except OSError:
    pass
else:
    raise RuntimeError(f"PWNED: {os.getresuid()}")
