# tries: to change mode, owner and times of a file, which Landlock does not govern
# stopped-by: bubblewrap, identity, seccomp
# wins: raise
# needs: owner
import os

won, state = [], None
try:
    state = os.stat("@HIDDEN@")
    os.chmod("@HIDDEN@", state.st_mode & 0o7777)
    won.append("chmod")
except OSError:
    pass
try:
    os.utime("@HIDDEN@", ns=(state.st_atime_ns, state.st_mtime_ns) if state else None)
    won.append("utime")
except OSError:
    pass
try:
    os.setxattr("@HIDDEN@", "user.attack", b"1")
    os.removexattr("@HIDDEN@", "user.attack")
    won.append("setxattr")
except OSError:
    pass
if won:
    raise RuntimeError(f"PWNED: {won}")
