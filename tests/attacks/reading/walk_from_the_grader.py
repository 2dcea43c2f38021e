# tries: to look for files around the grader
# stopped-by: bubblewrap, landlock, seccomp
# wins: raise
import os
import pathlib

home = pathlib.Path("@GRADER@").parent
found = [name for _, _, names in os.walk(home) for name in names if name.endswith((".py", ".toml"))]
if found:
    raise RuntimeError(f"PWNED: {len(found)} files, {found[:3]}")
