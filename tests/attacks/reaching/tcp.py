# tries: to connect to a server
# stopped-by: bubblewrap, landlock, seccomp
# wins: raise
import socket

try:
    socket.create_connection(("127.0.0.1", @PORT@), 2).send(b"hello")
except OSError:
    pass
else:
    raise RuntimeError("PWNED: connected")
