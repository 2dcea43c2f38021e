# tries: to leave a message in the names of empty files, which cost no byte
# stopped-by: landlock, seccomp
# wins: state
import os

for folder in ("/tmp", "/dev/shm", "@MARKS@"):
    for make in (os.mkdir, os.mkfifo, lambda path: os.symlink("the-answers", path)):
        try:
            make(f"{folder}/@TOKEN@")
        except OSError:
            pass
