"""Runs a learner's code in a process of its own.

Nothing here knows a grader, a solution or an expected value; this package imports nothing else of
llmquiz, so that the worker's process cannot hold what it must not see.
"""
