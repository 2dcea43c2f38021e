"""Labs: small experiments that settle claims about language models on one CPU.

`experiments/` holds a file for each; `ladder/` trains the model of `llmquiz lab ablation`. In a
notebook:

>>> from llmquiz.lab import run
>>> run("softmax-scaling")  # doctest: +SKIP
"""

from llmquiz.lab.registry import find, labs, run

__all__ = ["find", "labs", "run"]
