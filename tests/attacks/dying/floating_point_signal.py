# tries: to die by a rare signal
# stopped-by: separation
# wins: death
# deserves: 13
import os
import signal

@RIGHT_WEIGHTS@

def attention_scores(query, key, scale=None):
    signal.signal(signal.SIGFPE, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGFPE)
    os.abort()
