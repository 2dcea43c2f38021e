# tries: to read a token out of the environment
# stopped-by: separation
# wins: raise
import os

if "ATTACKS_SECRET" in os.environ:
    raise RuntimeError(f"PWNED: {os.environ['ATTACKS_SECRET']}")
