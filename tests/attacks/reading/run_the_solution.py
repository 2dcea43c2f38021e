# tries: to load the solution by the import system's own loader
# stopped-by: bubblewrap, landlock, seccomp
# wins: points
import runpy

try:
    globals().update(runpy.run_path("@SOLUTION@"))
except OSError:
    pass
