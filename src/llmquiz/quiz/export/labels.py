"""The words in exported files, apart from the questions', in English and Chinese."""

from __future__ import annotations

from llmquiz.words import pick

LABELS: dict[str, tuple[str, str]] = {
    # Headings of a reference answer
    "answer": ("Reference answer", "参考答案"),
    "rubric": ("Points of a full answer", "评分要点"),
    "misconceptions": ("What people get wrong", "常见误解"),
    "sources": ("Sources", "出处"),
    # Closed questions
    "right": ("Right", "正确"),
    "wrong": ("Wrong", "错误"),
    "several": ("Several answers may be right.", "可能有多个正确选项。"),
    "unit": ("in {unit}", "单位：{unit}"),
    "not_right": ("Not right.", "不对。"),
    # The whole
    "title": ("How large language models work inside", "大语言模型内部原理"),
    "language": ("English", "中文"),
}


def label(key: str, lang: str, **facts: object) -> str:
    """The words of a label."""
    return pick(LABELS[key], lang).format(**facts)
