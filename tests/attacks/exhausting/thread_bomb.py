# tries: 400 threads at once
# stopped-by: limits
# wins: raise
import threading

done, started = threading.Event(), 0
try:
    for _ in range(400):
        threading.Thread(target=done.wait, daemon=True).start()
        started += 1
except RuntimeError:
    pass
done.set()
if started == 400:
    raise RuntimeError(f"PWNED: {started} threads")
