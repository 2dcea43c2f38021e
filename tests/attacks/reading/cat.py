# tries: to let another program read the secret
# stopped-by: bubblewrap, landlock, seccomp
# wins: raise
import subprocess

try:
    text = subprocess.run(["/bin/cat", "@HIDDEN@"], capture_output=True, timeout=5).stdout
except (OSError, subprocess.SubprocessError):
    text = b""
if text:
    raise RuntimeError(f"PWNED: {text!r}")
