# tries: POSIX shared memory, by multiprocessing
# stopped-by: landlock, limits, seccomp
# wins: raise
from multiprocessing import resource_tracker, shared_memory

resource_tracker.register = lambda *args: None
resource_tracker.unregister = lambda *args: None
try:
    block = shared_memory.SharedMemory(create=True, size=4096)
    block.buf[0] = 1
    block.unlink()
except (OSError, ValueError):
    pass
else:
    raise RuntimeError("PWNED: shared memory")
