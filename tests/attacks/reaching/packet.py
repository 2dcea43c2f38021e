# tries: raw packets
# stopped-by: identity, seccomp
# wins: raise
# needs: root
import socket

won = []
for family, kind, protocol in ((17, 3, 0x300), (2, 3, 1)):
    try:
        socket.socket(family, kind, protocol)
        won.append(family)
    except OSError:
        pass
if won:
    raise RuntimeError(f"PWNED: raw sockets of families {won}")
