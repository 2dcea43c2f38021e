import os
import sys

if "LEFT_BY_THE_LAST" in os.environ or "left_by_the_last" in sys.modules:
    raise RuntimeError("PWNED: the environment of the last submission")
