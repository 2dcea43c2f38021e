# tries: to let the traceback machinery read the solution
# stopped-by: bubblewrap, landlock, seccomp
# wins: raise
import linecache

lines = linecache.getlines("@SOLUTION@")
if lines:
    raise RuntimeError(f"PWNED: {len(lines)} lines, {lines[0]!r}")
