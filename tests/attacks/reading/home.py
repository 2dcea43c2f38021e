# tries: to list the home folder of whoever grades
# stopped-by: bubblewrap, landlock, seccomp
# wins: raise
# needs: home
import os
import sys

found = []
for home in (os.path.expanduser("~"), "/root", "/home"):
    try:
        # Where Python itself lies in there, its folder may be seen.
        found += [name for name in os.listdir(home) if f"/{name}/" not in sys.base_prefix + "/"]
    except OSError:
        pass
if found:
    raise RuntimeError(f"PWNED: {found[:5]}")
