# tries: to swallow every exception, by which a harness would stop it, and to go on
# stopped-by: deadline, limits
# wins: death
# deserves: 13
# wall: 4
import time

@RIGHT_WEIGHTS@

def attention_scores(query, key, scale=None):
    while True:
        try:
            while True:
                time.sleep(0.05)
        except BaseException:
            continue
