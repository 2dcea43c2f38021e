# tries: to send a datagram to a server
# stopped-by: bubblewrap, seccomp
# wins: raise
import socket

try:
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(2)
    s.sendto(b"hello", ("127.0.0.1", @UDP_PORT@))
    s.recv(100)
except OSError:
    pass
else:
    raise RuntimeError("PWNED: sent, and got an answer")
