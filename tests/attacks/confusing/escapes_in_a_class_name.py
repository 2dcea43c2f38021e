# tries: escape sequences in the name of an exception's class
# stopped-by: rendering
# wins: judge
# naive: printer
raise type("\x1b[2JValueError\x1b]0;owned\x07", (Exception,), {})("x")
