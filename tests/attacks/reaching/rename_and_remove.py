# tries: to rename, cut and remove the instructor's files
# stopped-by: bubblewrap, identity, landlock, seccomp
# wins: raise
# needs: owner
import os

won = []
for name, act in (
    ("rename", lambda: os.rename("@SECRET_DIR@/spare.txt", "@SECRET_DIR@/moved.txt")),
    ("rename", lambda: os.rename("@SECRET_DIR@/moved.txt", "@SECRET_DIR@/spare.txt")),
    ("truncate", lambda: os.truncate("@SECRET_DIR@/spare.txt", 1)),
    ("unlink", lambda: os.unlink("@SECRET_DIR@/spare.txt")),
):
    try:
        act()
        won.append(name)
    except OSError:
        pass
if won:
    raise RuntimeError(f"PWNED: {won}")
