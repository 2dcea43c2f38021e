# tries: endlessly many prints of one character, which a limit on the length hardly counts
# stopped-by: protocol, deadline, limits
# wins: judge
# wall: 3
import sys

while True:
    sys.stdout.write("x")
    sys.stdout.flush()
