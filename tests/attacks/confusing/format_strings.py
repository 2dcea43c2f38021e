# tries: braces and percent signs, where a message is used as a template
# stopped-by: rendering
# wins: judge
# naive: printer
print("{0} {} {secret.__class__} %s %(x)d [bold red]markup[/] [/] <script>alert(1)</script> ]]>")
raise ValueError(
    "{0} {} {message.__class__.__mro__} %s %(x)d {facts[0]!r:>{width}} [/red] ]]> &lt; <b>"
)
