"""What a grader imports: `from llmquiz.grading import Draw, Submission, expect, graded, strided`.

A grader is plain pytest with two fixtures. `submission` stands for the learner's module: calling one
of its names runs it in the sandbox and gives an Observation. `draw` makes inputs from the run's
seed. The functions of `expect` compare an observation with what the reference gives for the same
inputs, and name what differs.
"""

from llmquiz.grading import expect
from llmquiz.grading.draw import Draw, strided
from llmquiz.grading.graded import graded
from llmquiz.grading.subject import Submission

__all__ = ["Draw", "Submission", "expect", "graded", "strided"]
