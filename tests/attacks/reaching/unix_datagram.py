# tries: to send to a unix socket without a connection
# stopped-by: bubblewrap, seccomp
# wins: raise
import socket

try:
    socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"hello", "@UNIX@.datagram")
except OSError:
    pass
else:
    raise RuntimeError("PWNED: sent")
