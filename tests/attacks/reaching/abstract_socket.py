# tries: to talk to a service by an abstract unix socket, which has no file
# stopped-by: bubblewrap, landlock, seccomp
# wins: raise
import socket

try:
    s = socket.socket(socket.AF_UNIX)
    s.connect("\0@ABSTRACT@")
    s.send(b"hello")
except OSError:
    pass
else:
    raise RuntimeError("PWNED: connected")
