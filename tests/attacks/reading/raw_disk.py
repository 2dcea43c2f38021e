# tries: to read the disk itself
# stopped-by: bubblewrap, identity, landlock, seccomp
# wins: raise
# needs: root, disk
import os
import stat

data = b""
try:
    device = os.stat("/").st_dev
    try:
        os.mknod("@MARK@.disk", 0o600 | stat.S_IFBLK, device)
        fd = os.open("@MARK@.disk", os.O_RDONLY)
    except OSError:
        fd = os.open(f"/dev/block/{os.major(device)}:{os.minor(device)}", os.O_RDONLY)
    data = os.pread(fd, 512, 0)
except OSError:
    pass
if data:
    raise RuntimeError(f"PWNED: {len(data)} bytes of the disk")
