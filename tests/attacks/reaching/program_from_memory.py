# tries: to run a program that is no file, from a memfd
# stopped-by: limits, landlock, seccomp
# wins: mark
import os

fd = os.memfd_create("program", 0)
with open("/bin/sh", "rb") as file:
    data = file.read()
while data:
    data = data[os.write(fd, data) :]
os.execve(fd, ["sh", "-c", "echo from memory > @MARK@"], {})
