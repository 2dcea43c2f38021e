# tries: to make folders, links, pipes and devices
# stopped-by: bubblewrap, landlock, seccomp
# wins: mark
import os

for make in (
    lambda: os.mkdir("@MARK@.d"),
    lambda: os.symlink("/etc", "@MARK@.s"),
    lambda: os.mkfifo("@MARK@.f"),
    lambda: os.link("@HIDDEN@", "@MARK@.l"),
):
    try:
        make()
    except OSError:
        pass
