# tries: to hand in what another student wrote
# stopped-by: bubblewrap, landlock, seccomp
# wins: points
try:
    exec(open("@OTHER@", encoding="utf-8").read())
except OSError:
    pass
