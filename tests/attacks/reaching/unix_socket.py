# tries: to talk to a service of the machine by a unix socket
# stopped-by: bubblewrap, seccomp
# wins: raise
import socket

try:
    s = socket.socket(socket.AF_UNIX)
    s.connect("@UNIX@")
    s.send(b"hello")
except OSError:
    pass
else:
    raise RuntimeError("PWNED: connected")
