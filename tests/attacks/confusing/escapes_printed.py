# tries: to print escape sequences and characters that turn the direction of text
# stopped-by: rendering
# wins: judge
# naive: printer
print(
    "\x1b[2J\x1b[1;1H\x1b]8;;http://127.0.0.1/\x07click\x1b]8;;\x07 \x9b2J \u202egnp.exe \u2066 \u200b \x00 \x7f"
)
raise ValueError("see above: \u202e\u2067 \x1b[31m")
