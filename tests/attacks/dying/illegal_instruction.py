# tries: to run what is no code
# stopped-by: separation
# wins: death
# deserves: 13
import ctypes

@RIGHT_WEIGHTS@

def attention_scores(query, key, scale=None):
    data = ctypes.create_string_buffer(bytes([0x0F, 0x0B] * 64))
    ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(data))()
