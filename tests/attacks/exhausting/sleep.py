# tries: to sleep, which costs no CPU time
# stopped-by: deadline
# wins: judge
# wall: 3
import time

while True:
    try:
        time.sleep(3600)
    except BaseException:
        pass
