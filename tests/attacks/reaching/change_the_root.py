# tries: chroot, with which one leaves a chroot
# stopped-by: identity, seccomp
# wins: raise
# needs: root
import os

try:
    os.chroot("/")
except OSError:
    pass
else:
    raise RuntimeError("PWNED: chroot")
