# tries: to listen, so that somebody can come in
# stopped-by: landlock, seccomp
# wins: raise
import socket

try:
    server = socket.create_server(("127.0.0.1", 0))
except OSError:
    pass
else:
    raise RuntimeError(f"PWNED: listens on {server.getsockname()}")
