# tries: to leave a number in the times of a file of the instructor's
# stopped-by: bubblewrap, identity, seccomp
# wins: state
# needs: owner
import os

try:
    os.utime("@HIDDEN@", (42, 42))
except OSError:
    pass
