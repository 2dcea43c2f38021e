# tries: the socket between a virtual machine and its host, which network namespaces leave open
# stopped-by: seccomp
# wins: raise
# needs: vsock
import socket

try:
    socket.socket(40, socket.SOCK_STREAM)
except OSError:
    pass
else:
    raise RuntimeError("PWNED: a vsock socket")
