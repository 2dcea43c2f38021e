# tries: a regular expression that backtracks for longer than the universe is old
# stopped-by: deadline, limits
# wins: judge
# wall: 6
import re

re.match(r"(a+)+$", "a" * 64 + "b")
