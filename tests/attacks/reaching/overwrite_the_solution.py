# tries: to open the solution, the grader and the secret for writing
# stopped-by: bubblewrap, identity, landlock, seccomp
# wins: raise
# needs: owner
won = []
for path in ("@SOLUTION@", "@GRADER@", "@HIDDEN@"):
    try:
        open(path, "a").close()
        won.append(path)
    except OSError:
        pass
if won:
    raise RuntimeError(f"PWNED: can write {won}")
