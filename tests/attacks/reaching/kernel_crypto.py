# tries: a socket of the kernel's crypto interface, where many bugs were
# stopped-by: seccomp
# wins: raise
# needs: alg
import socket

try:
    socket.socket(38, socket.SOCK_SEQPACKET)
except OSError:
    pass
else:
    raise RuntimeError("PWNED: a crypto socket")
