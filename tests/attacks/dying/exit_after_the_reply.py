# tries: to die between two requests, when nobody waits for it
# stopped-by: separation
# wins: death
# deserves: 13
import os
import threading
import time

@RIGHT_WEIGHTS@

def attention_scores(query, key, scale=None):
    threading.Thread(target=lambda: (time.sleep(0.001), os._exit(0))).start()
    time.sleep(0.01)
    return query
