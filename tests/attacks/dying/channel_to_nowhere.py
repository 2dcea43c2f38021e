# tries: to turn the channel to /dev/null, so that the judge waits for a reply that never comes
# stopped-by: separation, protocol, deadline
# wins: death
# deserves: 13
# wall: 3
import os

@RIGHT_WEIGHTS@

def attention_scores(query, key, scale=None):
    null = 0  # the worker's standard input is /dev/null already
    for fd in range(1, 32):
        try:
            os.dup2(null, fd)
        except OSError:
            pass
    return query
