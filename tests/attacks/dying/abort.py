# tries: to abort
# stopped-by: separation
# wins: death
# deserves: 13
import os

@RIGHT_WEIGHTS@

def attention_scores(query, key, scale=None):
    os.abort()
