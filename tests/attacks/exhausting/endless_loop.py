# tries: an endless loop in Python that ignores every signal
# stopped-by: deadline, limits
# wins: judge
# wall: 6
import signal

for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
while True:
    pass
