# tries: an exception that ends the process when the harness looks at its text or its class
# stopped-by: separation
# wins: death
# deserves: 13
import os

@RIGHT_WEIGHTS@

class Meta(type):
    def __getattribute__(cls, name):
        if name in ("__name__", "__mro__", "__module__", "__qualname__"):
            os._exit(0)
        return super().__getattribute__(name)


class Evil(Exception, metaclass=Meta):
    def __str__(self):
        os._exit(0)

    __repr__ = __str__


def attention_scores(query, key, scale=None):
    raise Evil
