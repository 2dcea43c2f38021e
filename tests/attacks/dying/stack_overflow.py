# tries: to overflow the C stack, with Python's limit raised
# stopped-by: separation
# wins: death
# deserves: 13
import sys

@RIGHT_WEIGHTS@

class Nested:
    def __getattr__(self, name):
        return getattr(self, name + "x")


def deeper(function):
    return max([function], key=lambda f: deeper(f))


def attention_scores(query, key, scale=None):
    sys.setrecursionlimit(10**8)
    return deeper(deeper)
