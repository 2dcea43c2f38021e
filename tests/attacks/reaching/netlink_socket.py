# tries: a netlink socket, the door to much of the kernel
# stopped-by: seccomp
# wins: raise
import socket

try:
    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
except OSError:
    pass
else:
    raise RuntimeError("PWNED: a netlink socket")
