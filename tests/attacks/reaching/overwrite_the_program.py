# tries: to open the sandbox's own code and Python's library for writing, for the next start
# stopped-by: bubblewrap, identity, landlock, seccomp
# wins: raise
# needs: owner, program
import os
import sys

import torch

won = []
for path in (torch.__file__, os.__file__, sys.modules["llmquiz.sandbox"].__file__):
    try:
        open(path, "a").close()
        won.append(path)
    except OSError:
        pass
if won:
    raise RuntimeError(f"PWNED: can write {won}")
