# tries: SystemExit, which no `except Exception` catches
# stopped-by: separation, protocol
# wins: death
# deserves: 13
import sys

@RIGHT_WEIGHTS@

def attention_scores(query, key, scale=None):
    sys.exit(0)
