# tries: to leave answers in a file for the next submission
# stopped-by: landlock, seccomp
# wins: state
for folder in ("/tmp", "/var/tmp", "/dev/shm", "@MARKS@"):
    try:
        with open(f"{folder}/@TOKEN@", "w") as file:
            file.write("the answers")
    except OSError:
        pass
