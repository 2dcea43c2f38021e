import os

found = ""
for folder in ("/tmp", "/var/tmp", "/dev/shm", "@MARKS@"):
    try:
        found = open(f"{folder}/@TOKEN@").read() or found
        os.unlink(f"{folder}/@TOKEN@")
    except OSError:
        pass
if found:
    raise RuntimeError(f"PWNED: {found}")
