# tries: to raise its own limits again
# stopped-by: identity, seccomp
# wins: raise
# needs: raise_limits
import resource

try:
    resource.setrlimit(resource.RLIMIT_CORE, (1 << 20, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (1 << 30, 1 << 30))
except (ValueError, OSError):
    pass
else:
    raise RuntimeError(f"PWNED: {resource.getrlimit(resource.RLIMIT_CORE)}")
