import os

found = []
for folder in ("/tmp", "/dev/shm", "@MARKS@"):
    path = f"{folder}/@TOKEN@"
    if os.path.lexists(path):
        found.append(path)
        try:
            os.rmdir(path)
        except OSError:
            pass
if found:
    raise RuntimeError(f"PWNED: {found}")
