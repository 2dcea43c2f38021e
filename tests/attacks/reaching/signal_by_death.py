# tries: to change which signal its parent gets at its death, by leaving as another thread's child
# stopped-by: seccomp
# wins: raise
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
if libc.prctl(1, 0, 0, 0, 0) == 0:  # PR_SET_PDEATHSIG 0: do not end with the zygote
    number = ctypes.c_int(-1)
    libc.prctl(2, ctypes.byref(number), 0, 0, 0)
    if number.value == 0:
        raise RuntimeError("PWNED: it would outlive its parent")
