# tries: to ask the kernel for the machine's network
# stopped-by: bubblewrap, seccomp
# wins: raise
import socket
import struct

found = 0
try:
    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    s.settimeout(2)
    s.sendto(struct.pack("<IHHIIB", 20, 18, 0x301, 1, 0, 0).ljust(20, b"\0"), (0, 0))
    found = len(s.recv(65536))
except OSError:
    pass
if found > 1600:  # more than the loopback device of an empty network
    raise RuntimeError(f"PWNED: {found} bytes about the network")
