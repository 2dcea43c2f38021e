# tries: to send with the first packet of a connection, without calling connect
# stopped-by: bubblewrap, seccomp
# wins: raise
import socket

try:
    with socket.socket() as s:
        s.settimeout(2)
        s.sendto(b"hello", 0x20000000, ("127.0.0.1", @PORT@))  # MSG_FASTOPEN
except OSError:
    pass
else:
    raise RuntimeError("PWNED: sent")
