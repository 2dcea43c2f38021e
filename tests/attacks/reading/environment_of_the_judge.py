# tries: to read the judge's environment, where tokens stand
# stopped-by: bubblewrap, identity, landlock, seccomp
# wins: raise
try:
    with open("/proc/@JUDGE_PID@/environ", "rb") as file:
        text = file.read()
except OSError:
    text = b""
if b"ATTACKS_SECRET" in text:
    raise RuntimeError("PWNED: the token in the judge's environment")
