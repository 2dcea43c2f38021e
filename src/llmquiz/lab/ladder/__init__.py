"""`llmquiz lab ablation`: a small language model, built up part by part.

rungs       what each rung of the ladder is made of              (no torch)
components  which of the learner's exercises give which part     (no torch)
data        what it is trained on                                (no torch)
job         all that a run depends on, and what is kept of it    (no torch)
trainer     the other side of a training process                 (no torch)
climb       trains every rung with every seed, and resumes       (no torch)
report      the records of a climb as a lab's result             (no torch)
worker      the training process: the only one that runs the learner's code
parts, model, train, generate                                    (inside the worker)
"""
