# tries: to reach the secret by a symbolic link of an innocent name
# stopped-by: bubblewrap, landlock, seccomp
# wins: raise
import os

text = ""
try:
    os.symlink("@HIDDEN@", "@MARK@.link")
    text = open("@MARK@.link").read()
except OSError:
    pass
if text:
    raise RuntimeError(f"PWNED: {text}")
