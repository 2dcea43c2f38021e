# tries: to replace itself by another program, which is under none of its promises
# stopped-by: landlock, seccomp
# wins: mark
import os

os.execv("/bin/sh", ["sh", "-c", "echo replaced > @MARK@"])
