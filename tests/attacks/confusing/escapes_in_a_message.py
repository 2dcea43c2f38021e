# tries: to clear the instructor's screen and to write to the clipboard, by an exception's message
# stopped-by: rendering
# wins: judge
# naive: printer
raise ValueError(
    "\x1b[2J\x1b[H\x1b]52;c;cm0gLXJmIH4=\x07 \x9b31m \x1b[8m all is well \r PASS 37/37 \x08\x08"
)
