# tries: to print without end into the judge's memory
# stopped-by: protocol, deadline
# wins: judge
text = "x" * 65536
while True:
    print(text)
