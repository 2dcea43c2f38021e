# tries: to leave a job for the system's scheduler, or a line in a start-up file of the user
# stopped-by: bubblewrap, landlock, seccomp
# wins: mark
import os

for path in ("@MARK@.crontab", "@MARK@.bashrc"):
    try:
        with open(path, "a") as file:
            file.write("* * * * * /bin/true\n")
            os.fsync(file.fileno())
    except OSError:
        pass
