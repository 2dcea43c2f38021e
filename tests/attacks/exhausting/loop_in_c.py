# tries: a loop in C, which no signal handler of Python interrupts
# stopped-by: deadline, limits
# wins: judge
# wall: 6
sum(range(10**14))
