# tries: calls that nobody needs and that a deny-list forgets: personality, acct, swapon, syslog, kexec
# stopped-by: identity, seccomp
# wins: raise
# needs: root
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
won = []
if libc.klogctl(10, None, 0) >= 0:
    won.append("syslog")
if libc.sethostname(b"", 0) == 0:
    won.append("sethostname")
if won:
    raise RuntimeError(f"PWNED: {won}")
