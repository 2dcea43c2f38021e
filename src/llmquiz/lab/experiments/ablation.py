"""The ladder from one bare attention layer to a modern block. See `llmquiz.lab.ladder`."""

ABOUT = {
    "topic": "architecture",
    "order": 300,
    "title": ("Build a model up, part by part", "逐个部件搭建语言模型"),
    "claim": (
        "The parts of a modern block together make a bare attention model much better; not every "
        "part helps by itself at this size.",
        "给纯注意力模型加齐现代 Transformer 块的各个部件，效果会好得多；"
        "但在这个规模下，并非每个部件单独都有帮助。",
    ),
    "measures": (
        "A small language model is trained from scratch at each rung, with several seeds; the loss "
        "on text that it has not seen, against the rung before and against the noise of the seeds.",
        "阶梯的每一级都从头训练一个小语言模型，用多个种子；"
        "在没见过的文本上比较损失，对照上一级以及种子之间的噪声。",
    ),
}
