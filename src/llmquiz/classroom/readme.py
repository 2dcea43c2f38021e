"""The page that a new course gives its instructor."""

from __future__ import annotations


def readme(lang: str, assignment: str) -> str:
    """README.md of a course, in its language."""
    return (CHINESE if lang == "zh" else ENGLISH).replace("ASSIGNMENT", assignment)


ENGLISH = """# A course by llmquiz and nbgrader

Made by `llmquiz course new`. Everything in it is nbgrader's; every habit of yours works.

    source/ASSIGNMENT/        the notebooks with solutions, points and mark schemes: yours alone
    nbgrader_config.py        grading by llmquiz in the place of executing notebooks: yours alone
    release/, submitted/, autograded/, feedback/, gradebook.db    nbgrader makes these

## From here to grades

    nbgrader generate_assignment ASSIGNMENT      release/ASSIGNMENT/ is what students get
    llmquiz course kit kit                       what students install, to check at home
    (put what they hand in at submitted/STUDENT/ASSIGNMENT/NAME.ipynb)
    llmquiz course grade ASSIGNMENT              or: nbgrader autograde ASSIGNMENT
    jupyter lab                                  menu Nbgrader, Formgrader: written answers
    nbgrader generate_feedback ASSIGNMENT
    nbgrader export                              grades.csv

`llmquiz course add . --exercises rope --assignment ps2` adds notebooks.

## What to know

- `llmquiz course grade` grades many submissions at once and writes what `nbgrader autograde`
  writes. It goes on where it was stopped; `--force` grades anew.
- No notebook is executed. The answers are taken out of it and run in a sandbox (`llmquiz doctor`
  says what it holds on this machine). Where it holds too little, grading is refused.
- A submission that cannot be trusted to be read rightly (broken, another assignment, another
  student's numbers) keeps its row, has a comment that says why, and shows as "needs manual grade".
- Formgrader shows the mark scheme below each open question; the feedback leaves it out.
- A test cell that you add yourself is not executed: it is marked for you to grade.
- Ids of cells never change. To change a released assignment, make a new one under another name.
- The exercises and questions that ship with llmquiz are public, solutions too. For an exam write
  your own: `llmquiz --content DIR dev new NAME`.
"""

CHINESE = """# 用 llmquiz 和 nbgrader 开的课

由 `llmquiz course new` 生成。里面的一切都是 nbgrader 的标准结构，你原来的用法照旧。

    source/ASSIGNMENT/        含参考答案、分值和评分要点的 notebook：只留给自己
    nbgrader_config.py        用 llmquiz 评分，不再执行 notebook：只留给自己
    release/、submitted/、autograded/、feedback/、gradebook.db    由 nbgrader 生成

## 从这里到成绩

    nbgrader generate_assignment ASSIGNMENT      release/ASSIGNMENT/ 发给学生
    llmquiz course kit kit                       学生安装后可在自己的电脑上自查
    （把交上来的文件放到 submitted/学号/ASSIGNMENT/NAME.ipynb）
    llmquiz course grade ASSIGNMENT              或：nbgrader autograde ASSIGNMENT
    jupyter lab                                  菜单 Nbgrader，Formgrader：批改问答题
    nbgrader generate_feedback ASSIGNMENT
    nbgrader export                              得到 grades.csv

`llmquiz course add . --exercises rope --assignment ps2` 可以再加 notebook。

## 须知

- `llmquiz course grade` 并行批改多份作业，写入的内容与 `nbgrader autograde` 相同。中断后会接着批，
  加 `--force` 则全部重批。
- 不会执行任何 notebook。程序只取出学生的答案，放进沙箱运行
  （`llmquiz doctor` 会说明本机沙箱的能力）。沙箱能力不足时拒绝批改。
- 读取结果不一定可靠的作业（文件损坏、交错了作业、用了别人的数值）不会丢：成绩行保留，评语写明原因，
  并显示为 "needs manual grade"（需要人工批改）。
- Formgrader 会在每道问答题下显示评分要点，反馈中没有。
- 你自己加的测试单元格不会执行，会标记出来由你评分。
- 单元格的编号永远不变。要改已经发布的作业，请换一个名字新建。
- llmquiz 自带的练习和题目连同答案都是公开的。考试请自己出题：`llmquiz --content DIR dev new NAME`。
"""
