# tries: to open by a system call from machine code of its own, past every wrapper
# stopped-by: bubblewrap, landlock, seccomp
# wins: raise
# needs: x86_64
import ctypes
import mmap
import os

# mov eax, 2 (open); xor esi, esi; xor edx, edx; syscall; ret
code = bytes.fromhex("b80200000031f631d20f05c3")
fd = -1
try:
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    fd = ctypes.CFUNCTYPE(ctypes.c_long, ctypes.c_char_p)(address)(b"@HIDDEN@")
except OSError:
    pass
if fd >= 0:
    raise RuntimeError(f"PWNED: {os.read(fd, 100)!r}")
