# tries: to read the hidden tests
# stopped-by: bubblewrap, landlock, seccomp
# wins: raise
try:
    with open("@GRADER@", encoding="utf-8") as file:
        text = file.read()
except OSError:
    text = ""
if "test_scores_values" in text:
    raise RuntimeError(f"PWNED: {text.count('def test_')} hidden tests")
