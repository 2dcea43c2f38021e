# tries: kernel memory in the buffers of pipes, which no limit of a process counts
# stopped-by: seccomp
# wins: raise
import fcntl
import os

held, size = [], 0
try:
    for _ in range(40):
        reading, writing = os.pipe()
        held += (reading, writing)
        os.set_blocking(writing, False)
        fcntl.fcntl(writing, 1031, 1 << 20)  # F_SETPIPE_SZ
        size += os.write(writing, bytes(1 << 20))
except OSError:
    pass
for fd in held:
    os.close(fd)
if size > 16 << 20:
    raise RuntimeError(f"PWNED: {size} bytes in pipes")
