# tries: to leave a message in a System V queue
# stopped-by: seccomp
# wins: state
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
queue = libc.msgget(0x6C6C6D71, 0o1666)
if queue >= 0:
    message = ctypes.create_string_buffer(b"\1\0\0\0\0\0\0\0the answers")
    libc.msgsnd(queue, message, ctypes.c_size_t(11), 0)
