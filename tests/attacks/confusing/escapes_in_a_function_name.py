# tries: escape sequences in the function names of a traceback
# stopped-by: rendering
# wins: judge
# naive: printer
def fail():
    raise ValueError("x")


fail.__code__ = fail.__code__.replace(co_name="\x1b[2Jfail\n\x1b]0;owned\x07")


def attention_scores(query, key, scale=None):
    fail()


attention_scores.__code__ = attention_scores.__code__.replace(co_name="\x1b[5mscores")
