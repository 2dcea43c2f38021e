"""What goes wrong outside the learner's code, as data: the words are in `llmquiz.words`."""

from __future__ import annotations


class Problem(Exception):
    """A problem with a message key of `llmquiz.words` and the facts that fill it in."""

    exit_code = 3

    def __init__(self, key: str, **facts: object) -> None:
        super().__init__(key, facts)
        self.key = key
        self.facts = facts


class UsageProblem(Problem):
    """The user asked for something that cannot be done: exit code 2."""

    exit_code = 2


class OurFault(Problem):
    """A broken grader, a missing torch: exit code 3, never a learner's zero."""
