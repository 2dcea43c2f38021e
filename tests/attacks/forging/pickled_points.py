# tries: to write the result itself, as a pickle
# stopped-by: protocol
# wins: points
# naive: pickling
import os
import pickle

forged = pickle.dumps({"points": 37, "max_points": 37, "status": "PASS"})
for fd in range(3, 32):
    try:
        os.write(fd, forged)
    except OSError:
        pass
os._exit(0)
