# tries: to watch every file that is opened, by fanotify
# stopped-by: bubblewrap, identity, seccomp
# wins: raise
# needs: root, fanotify
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
fd = libc.fanotify_init(0, 0)
if fd >= 0 and libc.fanotify_mark(fd, 0x11, ctypes.c_uint64(0x20), -100, b"/tmp") == 0:
    raise RuntimeError("PWNED: watches the whole mount")
