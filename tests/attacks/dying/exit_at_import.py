# tries: to end while it is loaded
# stopped-by: separation, protocol
# wins: death
import os

os._exit(3)
