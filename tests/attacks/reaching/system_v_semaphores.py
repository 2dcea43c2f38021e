# tries: semaphores that outlive it
# stopped-by: seccomp
# wins: raise
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
semaphores = libc.semget(0, 1, 0o1600)
if semaphores >= 0:
    libc.semctl(semaphores, 0, 0)
    raise RuntimeError("PWNED: a semaphore")
