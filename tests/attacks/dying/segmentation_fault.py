# tries: to read address zero
# stopped-by: separation
# wins: death
# deserves: 13
import ctypes

@RIGHT_WEIGHTS@

def attention_scores(query, key, scale=None):
    ctypes.string_at(0)
