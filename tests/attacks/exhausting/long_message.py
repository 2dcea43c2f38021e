# tries: an exception with 80 MB of text
# stopped-by: protocol
# wins: judge
raise ValueError("x" * (80 << 20))
