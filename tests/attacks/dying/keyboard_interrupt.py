# tries: to look like the instructor's Ctrl-C
# stopped-by: separation, protocol
# wins: death
# deserves: 13
@RIGHT_WEIGHTS@

def attention_scores(query, key, scale=None):
    raise KeyboardInterrupt
