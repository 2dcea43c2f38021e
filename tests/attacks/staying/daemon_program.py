# tries: to leave another program running
# stopped-by: landlock, seccomp
# wins: outlives
import subprocess

try:
    subprocess.Popen(["/bin/sleep", "20"], start_new_session=True)
except OSError:
    pass
