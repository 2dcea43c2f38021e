import string

if string.hexdigits[-1] == "X":
    raise RuntimeError("PWNED: born of a poisoned zygote")
