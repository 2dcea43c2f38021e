# tries: to load the compiled solution out of __pycache__
# stopped-by: bubblewrap, landlock, seccomp
# wins: points
# needs: bytecode
import importlib.util
import marshal

try:
    with open(importlib.util.cache_from_source("@SOLUTION@"), "rb") as file:
        exec(marshal.loads(file.read()[16:]))
except OSError:
    pass
