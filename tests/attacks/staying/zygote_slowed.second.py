import os

if os.getpriority(os.PRIO_PROCESS, 0) == 7:
    raise RuntimeError("PWNED: inherited the priority that the last submission set")
