# tries: to start another program
# stopped-by: landlock, seccomp
# wins: raise
import subprocess

try:
    subprocess.run(["/bin/true"], check=True, timeout=10)
except (OSError, subprocess.SubprocessError):
    pass
else:
    raise RuntimeError("PWNED: ran /bin/true")
