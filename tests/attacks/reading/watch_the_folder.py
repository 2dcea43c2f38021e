# tries: to watch what the instructor does with a folder, by inotify
# stopped-by: bubblewrap, seccomp
# wins: raise
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
fd = libc.inotify_init1(0)
if fd >= 0 and libc.inotify_add_watch(fd, b"@SECRET_DIR@", 0xFFF) >= 0:
    raise RuntimeError("PWNED: watches the folder")
