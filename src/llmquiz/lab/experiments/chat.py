"""Text from the model that `llmquiz lab ablation` trained last. See `llmquiz.lab.ladder`."""

ABOUT = {
    "topic": "inference",
    "order": 310,
    "question": "tokenizer.chat-template",
    "title": ("Write with your own model", "用自己的模型生成文本"),
    "claim": (
        "The model just trained, with your tokenizer and parts, writes on after a prompt.",
        "刚训练好的模型，加上你的分词器和各个部件，可以接着提示写下去。",
    ),
    "measures": (
        "Nothing: it ends the path. Trained for minutes on one CPU, it has the look of its text and "
        "no meaning.",
        "不测量什么：这是学习路径的终点。在一颗 CPU 上只训练几分钟，写出的东西形似而无意义。",
    ),
}
