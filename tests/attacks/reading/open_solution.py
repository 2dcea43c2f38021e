# tries: to read the reference solution and to run it as its own
# stopped-by: bubblewrap, landlock, seccomp
# wins: points, raise
try:
    with open("@SOLUTION@", encoding="utf-8") as file:
        exec(file.read())
except OSError:
    pass
