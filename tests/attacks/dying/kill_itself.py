# tries: SIGKILL, which looks like the system's out-of-memory killer
# stopped-by: separation
# wins: death
# deserves: 13
import os
import signal

@RIGHT_WEIGHTS@

def attention_scores(query, key, scale=None):
    os.kill(os.getpid(), signal.SIGKILL)
    os.abort()
