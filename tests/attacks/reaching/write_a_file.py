# tries: to write a file
# stopped-by: bubblewrap, landlock, seccomp
# wins: mark
try:
    with open("@MARK@", "w") as file:
        file.write("was here")
except OSError:
    pass
