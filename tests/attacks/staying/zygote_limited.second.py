import resource

if resource.getrlimit(resource.RLIMIT_SIGPENDING)[0] == 777:
    raise RuntimeError("PWNED: inherited a limit of the last submission")
