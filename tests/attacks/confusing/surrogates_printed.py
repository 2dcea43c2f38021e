# tries: half characters in what it prints and raises, which cannot be encoded where they are shown
# stopped-by: rendering
# wins: judge
# naive: printer
try:
    print("\ud800 \udc80 \udfff")
except UnicodeError:
    pass
raise ValueError("\ud83d \udcff")
