"""Every sentence of the program that a user reads, in English and Chinese.

`{name}` is filled in from the facts of the message. A test compares the placeholders of both
languages. Only characters that a GBK terminal can show.
"""

from __future__ import annotations

import locale
import os
from collections.abc import Mapping

from llmquiz.causes import cause
from llmquiz.errors import Problem

LANGUAGES = ("en", "zh")


def language(chosen: str | None = None, saved: str | None = None) -> str:
    """The language to speak: chosen for this call, LLMQUIZ_LANG, the workspace's, the locale's."""
    for value in (chosen, os.environ.get("LLMQUIZ_LANG"), saved):
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return "zh" if os.environ[name].lower().startswith("zh") else "en"
    system = locale.getlocale()[0] or ""
    return "zh" if system.lower().startswith(("zh", "chinese")) else "en"


def say(key: str, lang: str, **facts: object) -> str:
    """The words of a message."""
    return pick(MESSAGES[key], lang).format(**facts)


def pick(text: Mapping[str, str] | tuple[str, str], lang: str) -> str:
    """The words in a language, from data that holds both."""
    return text[lang] if isinstance(text, Mapping) else text[LANGUAGES.index(lang)]


def explain(problem: Problem, lang: str) -> str:
    """A problem as one sentence."""
    facts = dict(problem.facts)
    if "reason" in facts:
        facts["reason"] = cause(str(facts["reason"]), lang)
    return say(problem.key, lang, **facts)


MESSAGES: dict[str, tuple[str, str]] = {  # key -> English, Chinese
    # Status words
    "PASS": ("PASS", "通过"),
    "FAIL": ("FAIL", "未过"),
    "TODO": ("TODO", "待做"),
    "SKIP": ("SKIP", "跳过"),
    # Usage
    "unknown_exercise": (
        "there is no exercise called {name}. There are: {names}.",
        "没有名为 {name} 的练习。现有练习：{names}。",
    ),
    "unknown_exercise_near": (
        "there is no exercise called {name}. Did you mean {near}?",
        "没有名为 {name} 的练习。你要找的是 {near} 吗？",
    ),
    "no_content": (
        "{path} has no folder called exercises: it holds no exercises of llmquiz.",
        "{path} 中没有 exercises 目录，不是 llmquiz 的内容目录。",
    ),
    "unknown_command": (
        "there is no command {name}. Did you mean {near}?",
        "没有 {name} 这个命令。你是想输入 {near} 吗？",
    ),
    "no_workspace": (
        "there are no exercises here. Make a workspace with: llmquiz init",
        "当前目录下没有练习。请先创建工作区：llmquiz init",
    ),
    "file_of_many": (
        "--file takes one exercise, and {count} were named.",
        "--file 只能用于一道练习，这里却给出了 {count} 道。",
    ),
    "file_of_what": (
        "which exercise is {path}? Name it: llmquiz check NAME --file {path}",
        "{path} 是哪道练习？请写明名字：llmquiz check NAME --file {path}",
    ),
    "names_and_all": (
        "give names or --all, not both.",
        "练习名和 --all 不能同时给出。",
    ),
    "submission_missing": (
        "{path} does not exist. Write it, or make a workspace with: llmquiz init",
        "{path} 不存在。请先编写该文件，或创建工作区：llmquiz init",
    ),
    "submission_is_directory": (
        "{path} is a directory. Name a .py file or a .ipynb notebook.",
        "{path} 是目录。请指定 .py 文件或 .ipynb notebook。",
    ),
    "submission_kind": (
        "{path} is neither a .py file nor a .ipynb notebook.",
        "{path} 既不是 .py 文件，也不是 .ipynb notebook。",
    ),
    "submission_unreadable": (
        "{path} cannot be read: {error}.",
        "无法读取 {path}：{error}。",
    ),
    "submission_too_long": (
        "{path} has more than {limit} lines. A submission is a program of a few pages.",
        "{path} 超过 {limit} 行。提交的应该只是几页长的程序。",
    ),
    "submission_not_file": (
        "{path} is no regular file. Name a .py file or a .ipynb notebook.",
        "{path} 不是普通文件。请指定 .py 文件或 .ipynb notebook。",
    ),
    "submission_leads_out": (
        "{path} is a link, or behind one. A stranger's submission is not read through links.",
        "{path} 是链接，或位于链接之后。批改他人的提交时不通过链接读取。",
    ),
    "submission_too_large": (
        "{path} is larger than {limit} MiB. A submission is a program of a few pages.",
        "{path} 超过 {limit} MiB。提交的应该只是几页长的程序。",
    ),
    "submission_empty": (
        "{path} is empty. What to write is told by: llmquiz show {name}",
        "{path} 是空的。用 llmquiz show {name} 可以查看题目。",
    ),
    "submission_binary": (
        "{path} is not a text file. Save it as UTF-8 text.",
        "{path} 不是文本文件。请保存为 UTF-8 文本。",
    ),
    "submission_encoding": (
        "{path}:{line} is not UTF-8. Save the file as UTF-8, or declare its encoding in line 1.",
        "{path}:{line} 不是 UTF-8 编码。请把文件保存为 UTF-8，或在第 1 行声明编码。",
    ),
    "submission_not_notebook": (
        "{path} is not a Jupyter notebook: it is not the JSON that notebooks are made of.",
        "{path} 不是 Jupyter notebook：内容不是 notebook 所用的 JSON。",
    ),
    "not_writable": (
        "cannot write {path}: {error}.",
        "无法写入 {path}：{error}。",
    ),
    "log_not_writable": (
        "not recorded: cannot write {path}: {error}.",
        "未能记录：无法写入 {path}：{error}。",
    ),
    # Our fault
    "our_fault": (
        "this is a fault of llmquiz, not of your code, and nothing was counted against you:",
        "这是 llmquiz 自身的故障，与你的代码无关，不会因此扣分：",
    ),
    "broken_grader": (
        "the grader is broken at {place}",
        "评分程序在 {place} 处出错",
    ),
    "broken_sandbox": (
        "the sandbox does not start: {reason}",
        "沙箱无法启动：{reason}",
    ),
    "broken_content": (
        "{path} cannot be read: {error}",
        "无法读取 {path}：{error}",
    ),
    "unexpected": (
        "{error} at {place} (LLMQUIZ_DEBUG=1 shows the traceback)",
        "{error}，位于 {place}（设置 LLMQUIZ_DEBUG=1 可查看调用栈）",
    ),
    "no_torch": (
        "PyTorch is not installed. Install it with: pip install torch",
        "尚未安装 PyTorch。请运行：pip install torch",
    ),
    # What is wrong with an answer
    "shape": (
        "shape {got}, expected {expected}",
        "形状是 {got}，应为 {expected}",
    ),
    "values": ("the values differ", "数值不对"),
    "gradient": (
        "the gradient with respect to {name} differs",
        "对 {name} 的梯度不对",
    ),
    "expected_at": ("expected at {index}", "{index} 处应为"),
    "got_there": ("got there", "实际得到"),
    "largest_error": ("largest |error|", "最大绝对误差"),
    "error_summary": (
        "{largest}, allowed {allowed}; {wrong} of {count} values differ",
        "{largest}，容差 {allowed}；{count} 个值中有 {wrong} 个不对",
    ),
    "dtype": (
        "dtype {got}, expected {expected}",
        "dtype 是 {got}，应为 {expected}",
    ),
    "type": (
        "returned {got}, expected {expected}",
        "返回了 {got}，应返回 {expected}",
    ),
    "type_none": (
        "returned None, expected {expected}: is a return statement missing?",
        "返回了 None，应返回 {expected}：是不是漏了 return？",
    ),
    "different": (
        "differs at {place}: got {got}, expected {expected}",
        "{place} 处与预期不同：得到 {got}，应为 {expected}",
    ),
    "different_whole": (
        "got {got}, expected {expected}",
        "得到 {got}，应为 {expected}",
    ),
    "different_length": (
        "has length {got}, expected {expected}",
        "长度是 {got}，应为 {expected}",
    ),
    "no_gradient": (
        "no gradient reaches {name}: it is cut off from the output",
        "梯度传不到 {name}：它到输出之间的计算图断开了",
    ),
    "changed_input": (
        "the argument {name} was changed in place",
        "输入 {name} 被原地修改了",
    ),
    "changed_value": (
        "the argument {before} was changed in place: it is now {after}",
        "输入 {before} 被原地修改了，现在是 {after}",
    ),
    "not_zero": (
        "a number that must be exactly 0 is {got}",
        "应严格为 0 的数是 {got}",
    ),
    "not_finite": (
        "{got} at {index}: expected finite numbers",
        "{index} 处是 {got}：应为有限值",
    ),
    "no_error": (
        "no error: expected {expected} with {mentions} in its message",
        "没有报错：应抛出 {expected}，且错误信息中包含 {mentions}",
    ),
    "other_error": (
        "expected {expected}, got {error}: {message}",
        "应抛出 {expected}，实际抛出 {error}: {message}",
    ),
    "error_message": (
        "the message of {error} should contain {expected}, but is: {got}",
        "{error} 的错误信息中应包含 {expected}，实际是：{got}",
    ),
    "assertion": ("{message}", "{message}"),
    "raised": ("{error}: {message}", "{error}: {message}"),
    "remove_exit": (
        "the code ended the program itself: remove exit(), quit() or sys.exit()",
        "代码自己结束了程序：请删去 exit()、quit() 或 sys.exit()",
    ),
    "missing_sibling": (
        "a submission is a single file: copy what you need from {module} into it",
        "只能提交单个文件：请把 {module} 中要用的代码复制进来",
    ),
    "memory": (
        "ran out of memory (limit {limit} GiB)",
        "内存不足（上限 {limit} GiB）",
    ),
    "refused": (
        "{call} is refused: it does what this exercise asks you to write",
        "禁止使用 {call}：它做的正是这道题要你实现的",
    ),
    "oversize": (
        "the result is too large to be read (limit {limit} MiB)",
        "结果过大，无法读取（上限 {limit} MiB）",
    ),
    "missing": (
        "{name} is not defined",
        "没有定义 {name}",
    ),
    "arity": (
        "{function} does not take these arguments; it is defined as {function}{signature}",
        "{function} 不接受这些参数；它的定义是 {function}{signature}",
    ),
    "timeout": (
        "no answer within {seconds} seconds: is there an endless loop?",
        "{seconds} 秒内没有结果：是不是死循环？",
    ),
    "spent": (
        "not run: {timeouts} earlier calls did not answer, or the whole file took too long",
        "未运行：之前有 {timeouts} 次调用没有结果，或整个文件耗时过长",
    ),
    "crashed": (
        "the process crashed ({signal})",
        "进程崩溃（{signal}）",
    ),
    "exited": (
        "the process ended itself with exit code {code}",
        "进程自行退出，退出码 {code}",
    ),
    "closed": (
        "the process closed the pipe through which it answers",
        "进程关闭了用于返回结果的管道",
    ),
    "malformed": (
        "the process sent an answer that cannot be read: {what}",
        "进程返回了无法解析的内容：{what}",
    ),
    "printed": (
        "printed more than {limit} characters",
        "输出超过 {limit} 个字符",
    ),
    "no_file": ("there is no {path}", "{path} 不存在"),
    "todo": (
        "{function} still raises NotImplementedError",
        "{function} 仍在抛出 NotImplementedError",
    ),
    # The question bank, the quiz and the review
    "bank_unreadable": ("{path} cannot be read: {error}.", "无法读取 {path}：{error}。"),
    "bank_not_yaml": (
        "{place} is not YAML: {error}. Mend that line.",
        "{place} 不是合法的 YAML：{error}。请修正这一行。",
    ),
    "bank_wrong": (
        "the question bank is not right. Mend these places:\n{mistakes}",
        "题库有误，请修正以下各处：\n{mistakes}",
    ),
    "unknown_question": (
        "there is no topic or question called {name}. Topics: {topics}.",
        "没有名为 {name} 的主题或题目。主题有：{topics}。",
    ),
    "unknown_question_near": (
        "there is no topic or question called {name}. Did you mean {near}?",
        "没有名为 {name} 的主题或题目。你要找的是 {near} 吗？",
    ),
    "no_questions": (
        "no question fits. Leave --kind or --exercise out.",
        "没有符合条件的题目。请去掉 --kind 或 --exercise 再试。",
    ),
    "kind_open": ("open", "问答"),
    "kind_choice": ("one is right", "单选"),
    "kind_several": ("several are right", "多选"),
    "kind_numeric": ("number", "计算"),
    "level_of_basic": ("basic", "基础"),
    "level_of_core": ("core", "核心"),
    "level_of_advanced": ("advanced", "进阶"),
    "quiz_keys": (
        ":q quit   :u undo   :s skip   :f flag",
        ":q 退出   :u 撤销   :s 跳过   :f 标记有误",
    ),
    "answer_freely": (
        "Your answer; an empty line ends it, at once if you only want to think.",
        "写下你的答案，空行结束；只想在心里作答，直接按回车。",
    ),
    "answer_editor": (":e opens an editor.", "输入 :e 打开编辑器。"),
    "answer_kept": (
        ":e opens an editor; :q, :u and :s leave what you wrote in the log.",
        ":e 打开编辑器；用 :q、:u、:s 离开时，已写的内容会留在日志中。",
    ),
    "draft_kept": (
        "What you wrote on {card} is in the log, without marks.",
        "你在 {card} 写下的内容已存入日志，未计分。",
    ),
    "editor_failed": (
        "The editor failed. Type your answer here, or leave and set EDITOR to another one.",
        "编辑器无法启动或异常退出。请直接在这里作答，或退出后把 EDITOR 设为别的编辑器。",
    ),
    "editor_not_here": (
        "The editor is for answers in your own words, on a terminal.",
        "编辑器只用于在终端里作答问答题。",
    ),
    "your_answer": ("your answer", "你的答案"),
    "reference_answer": ("reference answer", "参考答案"),
    "rubric": ("points of a full answer", "评分要点"),
    "misconceptions": ("what people get wrong", "常见误解"),
    "sources": ("sources", "出处"),
    "full_stop": (".", "。"),
    "mark_points": (
        "Which points did your answer make? Numbers like 1 3-4, or all; Enter for none.",
        "你的答案说到了哪几点？输入编号，如 1 3-4，或 all；都没有就按回车。",
    ),
    "not_points": (
        "Numbers from 1 to {count}, please, like 1 3-4; or all, or Enter for none.",
        "请输入 1 到 {count} 的编号，如 1 3-4；或 all；都没有就按回车。",
    ),
    "points_covered": ("{marked} of {count} points", "{count} 个要点说到 {marked} 个"),
    "not_a_choice": ("Answer with the letters: {letters}.", "请用字母作答：{letters}。"),
    "not_a_number": (
        "A number, please; 2^20, 1/3 and sqrt(2) are fine too.",
        "请输入一个数；也可以写成 2^20、1/3 或 sqrt(2)。",
    ),
    "verdict_right": ("Right.", "正确。"),
    "verdict_part": ("Partly right.", "部分正确。"),
    "verdict_wrong": ("No.", "不对。"),
    "the_answer_is": ("It is {value}.", "答案是 {value}。"),
    "option_right": ("right. ", "正确。"),
    "option_wrong": ("wrong. ", "错误。"),
    "rate": (
        "How well did you know it?  1 not  2 hardly  3 well  4 easily",
        "掌握得怎么样？  1 不会  2 勉强  3 会  4 很熟",
    ),
    "your_fault": (
        "Your own code for {name} once gave these numbers:",
        "你为 {name} 写的代码曾得到这样的结果：",
    ),
    "undone": ("Taken back: {card}", "已撤销：{card}"),
    "nothing_to_undo": ("There is nothing to take back.", "没有可撤销的回答。"),
    "flagged": (
        "Noted in the log that something is wrong with {card}.",
        "已在日志中记下 {card} 可能有问题。",
    ),
    "quiz_none": ("Nothing was answered.", "没有作答。"),
    "quiz_summary": (
        "{count} answered, {right} fully right, {points} points.",
        "作答 {count} 题，全对 {right} 题，得 {points} 分。",
    ),
    "quiz_not_recorded": (
        "Not recorded: you are in no workspace. Make one with: llmquiz init",
        "没有记录：当前不在工作区内。创建工作区：llmquiz init",
    ),
    "quiz_of_exercise": (
        "{count} questions on this: llmquiz quiz --exercise {name}",
        "相关题目 {count} 道：llmquiz quiz --exercise {name}",
    ),
    "see_lab": ("See it happen: llmquiz lab {name}", "亲眼看看：llmquiz lab {name}"),
    "see_exercise": (
        "Build it yourself: llmquiz show {name}",
        "动手实现：llmquiz show {name}",
    ),
    "see_questions": ("Beside it: {names}", "相关题目：{names}"),
    "next_review": ("What comes back, and when: llmquiz review", "到期复习：llmquiz review"),
    "due_now": ("{count} due today", "今天到期 {count} 项"),
    "due_left": ("Still due today: {count}", "今天还剩 {count} 项"),
    "nothing_due": (
        "Nothing is due today. New questions: llmquiz quiz",
        "今天没有到期的内容。做新题：llmquiz quiz",
    ),
    "progress_title": ("Progress", "学习进度"),
    "progress_exercises": (
        "Exercises   {passed}/{count} passed, {points}/{most} points",
        "练习   通过 {passed}/{count}，得分 {points}/{most}",
    ),
    "attempts": ("checks: {count}", "检查 {count} 次"),
    "progress_questions": (
        "Questions   what you saw, and how likely you still know it: {retention}",
        "题目   见过的数量，以及现在还记得的概率：{retention}",
    ),
    "no_answers_yet": ("no answers yet", "还没有作答"),
    "topic_due": ("{count} due", "到期 {count}"),
    "progress_due": (
        "Due today: {due}; tomorrow: {tomorrow}",
        "今天到期 {due} 项，明天 {tomorrow} 项",
    ),
    "streak": ("{days} days in a row", "已连续 {days} 天"),
    "plot_practice": ("Answers and checks a day", "每天的作答与检查次数"),
    "plot_forecast": ("Due in the next days", "未来几天到期的数量"),
    "plot_exercises": ("Exercises", "练习"),
    "written": ("Written: {path}", "已写入：{path}"),
    "help.quiz": (
        "Ask questions on a TOPIC, or one question by its ID.",
        "就某个主题提问，或按编号做一道题。",
    ),
    "help.quiz.more": (
        "Closed answers are graded; for open ones you mark the points. Pipes work, line by line.",
        "选择题和计算题自动判分，问答题由你勾选说到的要点。也可以从管道逐行读入答案。",
    ),
    "help.quiz.count": ("How many; 5 if left out.", "题数，默认 5。"),
    "help.quiz.exercise": ("Only what belongs to an exercise.", "只做与某个练习有关的题。"),
    "help.quiz.kind": ("Only this kind.", "只做这一类题。"),
    "help.quiz.seed": ("Ask the same again.", "重现同一组题目。"),
    "help.quiz.show": ("Print questions with their answers.", "直接输出题目和答案。"),
    "help.quiz.json": ("Print one JSON document.", "输出一个 JSON 文档。"),
    "help.review": (
        "Ask what is due today: questions that you answered, and faults that check found.",
        "复习今天到期的内容：做过的题，以及检查中发现过的错误。",
    ),
    "help.review.count": ("At most so many.", "最多复习多少项。"),
    "help.progress": ("Show how far you are, and what is due.", "显示学习进度和到期数量。"),
    "help.progress.html": ("Write a page with plots.", "输出带图表的网页。"),
    # Export
    "export_made": ("Wrote {path}; questions: {count}", "已将 {count} 道题写入 {path}"),
    "export_closed_only": (
        "The {count} open questions are left out: jupyterquiz has no such kind.",
        "未包含 {count} 道问答题：jupyterquiz 没有这种题型。",
    ),
    "export_next_anki": (
        "Next: in Anki, File > Import. Import a later deck over it: nothing is doubled.",
        "下一步：在 Anki 中选择“文件 > 导入”。以后再导入新版，不会产生重复的卡片。",
    ),
    "export_next_gift": (
        "Next: in Moodle, Question bank > Import, GIFT format.",
        "下一步：在 Moodle 中选择“题库 > 导入”，格式选 GIFT。",
    ),
    "export_next_qti": (
        "Next: in Canvas, Settings > Import Course Content > QTI .zip file.",
        "下一步：在 Canvas 中选择“设置 > 导入课程内容 > QTI .zip 文件”。",
    ),
    "export_next_jupyterquiz": (
        'Next, in a notebook: from jupyterquiz import *; display_quiz("{path}", num=5)',
        '下一步，在 notebook 中运行：from jupyterquiz import *; display_quiz("{path}", num=5)',
    ),
    "export_next_html": ("Next: open {path} in a browser.", "下一步：用浏览器打开 {path}。"),
    "export_exists": (
        "{path} is already there. To replace it, add --force.",
        "{path} 已经存在。如需替换，请加上 --force。",
    ),
    "export_no_file": (
        "{path} is a folder or a device. Name a file.",
        "{path} 是目录或设备。请指定文件名。",
    ),
    "help.export": (
        "Write the questions to FILE for another program.",
        "把题库写成其他程序能读的文件 FILE。",
    ),
    "help.export.more": (
        "FORMAT: anki, gift (Moodle), qti (Canvas), jupyterquiz, html (a page that quizzes).",
        "FORMAT：anki、gift（Moodle）、qti（Canvas）、jupyterquiz、html（答题网页）。",
    ),
    "help.export.force": ("Replace FILE if it is there.", "FILE 已存在时予以替换。"),
    # The diagnosis
    "two_causes": (
        "Several things together give exactly your results:",
        "以下几处合在一起，恰好得到你的结果：",
    ),
    "other_causes": (
        "(The simplest explanation; others would give the same.)",
        "（这是最简单的一种解释，其他原因也可能得到同样的结果。）",
    ),
    "look_at": ("Look at {place}", "请看 {place}"),
    "question_of_bank": (
        "Think it over: llmquiz quiz {question}",
        "想一想：llmquiz quiz {question}",
    ),
    # The report
    "needs": ("needs: {test}", "依赖：{test}"),
    "waiting": ("{count} more, once {test} passes", "另有 {count} 项，待 {test} 通过后再测"),
    "not_loaded": ("The file does not load", "文件无法加载"),
    "inputs": ("inputs", "输入"),
    "seed": ("seed", "种子"),
    "you_printed": ("printed", "你的输出"),
    "tests_of": ("{passed} of {count} tests", "{count} 项中通过 {passed} 项"),
    "ignored_lines": (
        "Ignored notebook lines that are not Python: {places}",
        "已忽略 notebook 中的非 Python 行：{places}",
    ),
    "more_failures": (
        "{count} more in full: {command}",
        "还有 {count} 项，查看全部：{command}",
    ),
    "not_recorded": (
        "Not recorded in the workspace, because it was another file: {path}",
        "未记入工作区，因为检查的是另一个文件：{path}",
    ),
    "next_fix": (
        "Next: edit {path}, then  llmquiz check {name}",
        "下一步：修改 {path}，然后运行  llmquiz check {name}",
    ),
    "next_fix_file": (
        "Next: edit {path}, then  llmquiz check {name} --file {path}",
        "下一步：修改 {path}，然后运行  llmquiz check {name} --file {path}",
    ),
    "next_todo": (
        "Next: write {path}; its statement:  llmquiz show {name}",
        "下一步：编写 {path}；查看题目：  llmquiz show {name}",
    ),
    "next_exercise": (
        "Next: {title}:  llmquiz show {name}",
        "下一题：{title}：  llmquiz show {name}",
    ),
    "all_done": (
        "All exercises pass. Nothing is left:  llmquiz list",
        "全部练习都已通过，没有未完成的：  llmquiz list",
    ),
    "summary": (
        "{points}/{max_points} points, {passed} of {count} exercises pass",
        "{points}/{max_points} 分，{count} 道练习中通过 {passed} 道",
    ),
    "checking": ("Checking {names} ...", "正在检查 {names}……"),
    # Labs
    "unknown_lab": (
        "there is no lab called {name}. See: llmquiz lab list",
        "没有名为 {name} 的实验。请看：llmquiz lab list",
    ),
    "unknown_lab_near": (
        "there is no lab called {name}. Did you mean {near}?",
        "没有名为 {name} 的实验。你要找的是 {near} 吗？",
    ),
    "lab_of_its_own": (
        "this lab has a command of its own: llmquiz lab {name}",
        "这个实验有自己的命令：llmquiz lab {name}",
    ),
    "no_matplotlib": (
        "plots and pages need matplotlib: pip install 'llmquiz[lab]'",
        "画图和生成网页需要 matplotlib：pip install 'llmquiz[lab]'",
    ),
    "plot_kind": (
        "{path}: a plot is one of {kinds}.",
        "{path}：图的格式只能是 {kinds}。",
    ),
    "lab_claim": ("Claim: ", "论断："),
    "lab_measures": ("Measured: ", "测量："),
    "lab_held": ("HELD", "成立"),
    "lab_open": ("OPEN", "未定"),
    "lab_refuted": ("REFUTED", "不成立"),
    "lab_people_say": ("People say: ", "常见说法："),
    "less_than": ("less than", "小于"),
    "more_than": ("more than", "大于"),
    "lab_evidence": (
        "{measure}: {value} (needs {relation} {bound})",
        "{measure}：{value}（需要 {relation} {bound}）",
    ),
    "lab_machine": (" [depends on the machine]", "［取决于机器］"),
    "lab_questions": (
        "Its questions (llmquiz quiz ID): {names}",
        "相关题目（llmquiz quiz ID）：{names}",
    ),
    "lab_run": (
        "Seed {seed}, {seeds} seeds, {seconds} s. A number of several seeds is mean +- deviation.",
        "种子 {seed}，共 {seeds} 个种子，{seconds} 秒。多个种子的数值写作：均值 +- 标准差。",
    ),
    "lab_count": ("questions: {count}", "题目：{count}"),
    "no_such_folder": ("there is no such folder", "没有这个目录"),
    "no_standard_library": (
        "the standard library has no sources in {path}. Take --text FILE or --data bank.",
        "{path} 中没有标准库的源代码。请改用 --text FILE 或 --data bank。",
    ),
    "text_unreadable": ("{path} cannot be read: {error}", "无法读取 {path}：{error}"),
    "text_short": (
        "{path} has {count} characters; a model needs at least {least} to learn from.",
        "{path} 只有 {count} 个字符；训练模型至少需要 {least} 个。",
    ),
    "training_ended": (
        "the training process ended at '{order}'. Does your code exit, or eat up memory?",
        "训练进程在执行 {order} 时结束了。你的代码是不是调用了 exit，或者占用内存过多？",
    ),
    "training_silent": (
        "no answer from training for {seconds:.0f} s at '{order}'. An endless loop in your code?",
        "训练进程在执行 {order} 时 {seconds:.0f} 秒没有响应。你的代码里是不是有死循环？",
    ),
    "training_failed": (
        "training failed at the order '{order}': {error}",
        "训练在执行 {order} 时失败：{error}",
    ),
    "no_model": (
        "no model was trained yet. Run: llmquiz lab ablation",
        "还没有训练好的模型。请运行：llmquiz lab ablation",
    ),
    "model_without_words": (
        "the model was trained on a synthetic task, not on text. Run: llmquiz lab ablation",
        "这个模型是用合成任务训练的，没有学过文本。请运行：llmquiz lab ablation",
    ),
    "chat_no_prompt": (
        "there is no terminal to ask for a prompt. Give one: --prompt TEXT",
        "没有可供输入的终端。请用 --prompt TEXT 给出提示。",
    ),
    "chat_parts": ("Your own parts: {names}", "你自己的部件：{names}"),
    "chat_hint": (
        "Type the beginning of a text. An empty line is one too; end of input (Ctrl-D) leaves.",
        "请输入文本的开头（可以是空行）；按 Ctrl-D（输入结束）退出。",
    ),
    "ablation_helps": ("helps", "有"),
    "ablation_hurts": ("hurts", "反而变差"),
    "ablation_noise": ("within noise", "在噪声之内"),
    "ablation_parts": ("Whose parts", "部件来源"),
    "ablation_noise_note": (
        "Noise of a difference ({seeds} seeds, pooled): {noise}. {clear} times that counts.",
        "差值的噪声（{seeds} 个种子，合并估计）：{noise}；收益达到噪声的 {clear} 倍才算数。",
    ),
    "ablation_data_note": (
        "{data} (the last tenth judges): {steps} steps, width {width}, {device}, {seconds} s.",
        "{data}（末尾十分之一用于评测）：{steps} 步，宽度 {width}，{device}，{seconds} 秒。",
    ),
    "ablation_task_note": (
        "{data} (new sequences judge): {steps} steps, width {width}, {device}, {seconds} s.",
        "{data}（用新生成的序列评测）：{steps} 步，宽度 {width}，{device}，{seconds} 秒。",
    ),
    "ablation_progress": (
        "{done}/{of} runs done; {rung}, seed {seed}: {share}",
        "已完成 {done}/{of} 次训练；{rung}，种子 {seed}：{share}",
    ),
    "ablation_stopped": (
        "Stopped: {done} of {of} runs are kept. The same command goes on from there.",
        "已停止：保留了 {of} 次训练中的 {done} 次。再次运行同一命令会从这里继续。",
    ),
    "ablation_next": (
        "Next: llmquiz lab chat lets the last model write.",
        "下一步：llmquiz lab chat 让最后这个模型写点东西。",
    ),
    "part_mine": ("yours", "你的代码"),
    "part_unchecked": ("reference: not checked yet", "参考实现：尚未检查"),
    "part_not_passed": ("reference: last check did not pass", "参考实现：上次检查未通过"),
    "part_unreadable": ("reference: your file cannot be read", "参考实现：无法读取你的文件"),
    "part_broken": ("reference: yours fails: {seen}", "参考实现：你的代码出错：{seen}"),
    "part_differs": ("reference: yours gives other numbers now", "参考实现：你的代码现在结果不同"),
    "part_slow": ("reference: yours is {seen} times slower", "参考实现：你的代码慢 {seen} 倍"),
    # Courses: what the command says
    "help.course": ("nbgrader courses.", "nbgrader 课程。"),
    "help.course-new": (
        "Make an nbgrader course in DIR: all exercises, or those named.",
        "在 DIR 中生成 nbgrader 课程：默认包含全部练习，也可以指定。",
    ),
    "help.course-add": (
        "Add notebooks to a course, in a new assignment or an old one.",
        "向课程中添加 notebook，可放入新作业或已有作业。",
    ),
    "help.course-grade": (
        "Grade all submissions of ASSIGNMENT, several at once.",
        "并行批改 ASSIGNMENT 的全部提交。",
    ),
    "help.course-grade.more": (
        "Writes what nbgrader autograde writes. What is graded already is skipped.",
        "写入的内容与 nbgrader autograde 相同；已经批改过的会跳过。",
    ),
    "help.course-kit": (
        "Make what students install, in the folder DIR or the file DIR.zip.",
        "生成发给学生的工具包：目录 DIR，或压缩包 DIR.zip。",
    ),
    "help.course-kit.more": (
        (
            "Stubs and the public check; no solutions and no hidden tests. In a course's folder:"
            " for its exercises and labs, in its language."
        ),
        "含代码骨架和公开检查，不含答案和隐藏测试；在课程目录中，内容和语言随课程。",
    ),
    "help.exercises": ("These exercises, with commas between.", "指定练习，用逗号分隔。"),
    "help.questions": (
        "Questions of these topics or ids, with commas between.",
        "指定主题或题目编号，用逗号分隔。",
    ),
    "help.labs": (
        "These labs, with commas between; each is run once here.",
        "指定实验，用逗号分隔；每个实验会先在本机运行一次。",
    ),
    "help.kit-labs": (
        "With the code of these labs, with commas between.",
        "附上这些实验的代码，用逗号分隔。",
    ),
    "help.assignment": ("The assignment's name; ps1 if left out.", "作业名，默认 ps1。"),
    "help.together": ("All in one notebook.", "全部放进一个 notebook。"),
    "help.course-dir": ("The course's folder; this one if left out.", "课程目录，默认当前目录。"),
    "help.jobs": ("How many at once; all cores if left out.", "同时批改多少份，默认用满所有核。"),
    "help.student": ("Only this student; may be repeated.", "只批改这个学生，可重复给出。"),
    "help.force": ("Grade anew what is graded already.", "已批改过的也重新批改。"),
    "help.trust": (
        "Grade also where the sandbox cannot hold a stranger's code; the results say so.",
        "沙箱不足以隔离陌生人的代码时也批改；结果中会注明。",
    ),
    "course_exists": (
        "{path} is already there, and is kept. Choose another folder or assignment.",
        "{path} 已经存在，予以保留。请换一个目录或作业名。",
    ),
    "course_not_empty": (
        "{path} is not empty, and holds no course. Choose another folder.",
        "{path} 不是空目录，其中也没有课程。请换一个目录。",
    ),
    "course_submitted": (
        (
            "{assignment} has submissions, and nbgrader then lets no notebook be added. Choose"
            " another name with --assignment."
        ),
        (
            "作业 {assignment} 已有提交，nbgrader 不允许再添加 notebook。"
            "请用 --assignment 换一个作业名。"
        ),
    ),
    "names_none": ("{option} holds no name.", "{option} 中没有写名字。"),
    "course_none": (
        "there is no course at {path}. Make one with: llmquiz course new DIR",
        "{path} 中没有课程。请先创建：llmquiz course new DIR",
    ),
    "course_bad_name": (
        "{name} cannot name an assignment: use letters, digits, hyphens and underscores.",
        "{name} 不能作为作业名：请用字母、数字、连字符和下划线。",
    ),
    "course_no_assignment": (
        (
            "there is no assignment {name} in the gradebook. Make it with:"
            " nbgrader generate_assignment {name}"
        ),
        "成绩册中没有作业 {name}。请先运行：nbgrader generate_assignment {name}",
    ),
    "course_which": (
        "which assignment? There are: {names}.",
        "要批改哪个作业？现有：{names}。",
    ),
    "course_no_nbgrader": (
        "nbgrader is not installed. Install it with: pip install 'llmquiz[classroom]'",
        "尚未安装 nbgrader。请运行：pip install 'llmquiz[classroom]'",
    ),
    "course_level": (
        (
            "the sandbox here is only a separate process (see: llmquiz doctor) and would not hold a"
            " stranger's code. If you trust these submissions, add --trust-submissions, or set"
            " c.Grader.trust_submissions = True"
        ),
        (
            "本机的沙箱只是一个独立进程（见 llmquiz doctor），不足以隔离陌生人的代码。"
            "如果信任这些提交，请加 --trust-submissions，或设置 c.Grader.trust_submissions = True"
        ),
    ),
    "course_next": (
        "Next:  cd {path}  and  nbgrader generate_assignment {assignment}",
        "下一步：  cd {path}  然后  nbgrader generate_assignment {assignment}",
    ),
    "course_graded": (
        "{count} graded, {skipped} graded before; to look at: {flagged}.",
        "批改 {count} 份，此前已批 {skipped} 份；需要人工查看：{flagged} 份。",
    ),
    "course_stopped": (
        "stopped; {count} graded. The same command goes on from here.",
        "已停止，批改了 {count} 份。再次运行同一命令会接着批。",
    ),
    "course_unwritten": (
        "{student}: not in the books, and graded at the next run: {error}",
        "{student}：未能写入，下次运行时重新批改：{error}",
    ),
    "course_no_submission": (
        "{name} has no submission of {assignment}.",
        "{name} 没有提交 {assignment}。",
    ),
    "course_config": ("{place}: {error}. Mend it there.", "{place}：{error}。请修改该处。"),
    "course_gradebook": (
        "the gradebook cannot be used: {error}. Is another program writing to it?",
        "无法使用成绩册：{error}。是否有其他程序正在写入？",
    ),
    "found_timeless": (
        "timestamp.txt beside it holds no time that can be read: whether it is late is not known.",
        "旁边的 timestamp.txt 中没有可以识别的时间，无法判断是否迟交。",
    ),
    "progress": ("{done} of {count} graded", "已批改 {done}/{count}"),
    "time_left": (", {minutes} min {seconds} s left", "，剩余 {minutes} 分 {seconds} 秒"),
    # Courses: what the notebooks say
    "course_check_cell": (
        "Run this to check what you have so far: the public part only.",
        "运行本单元格，检查目前写好的代码（只检查公开部分）。",
    ),
    "course_points_cell": (
        "Points for {title}: {points}. Graded after you hand in.",
        "{title}：{points} 分。提交后评分。",
    ),
    "course_questions": ("Questions", "问答"),
    "course_question": ("Question {number}", "第 {number} 题"),
    "course_student_cell": (
        "Your student id, as your instructor knows it: your numbers below are drawn for it.",
        "填写你的学号（与老师登记的一致）：下面的数值按学号抽取。",
    ),
    "course_run_numbers": (
        "Run the next cell to see the question with your own numbers.",
        "运行下一个单元格，题目中会填入按你的学号抽取的数值。",
    ),
    "student_first": (
        "Write your student id into the cell above first, and run it.",
        "请先在上面的单元格中填写学号，并运行它。",
    ),
    "course_unit": ("unit: {unit}", "单位：{unit}"),
    "course_one": ("One is right.", "只有一项正确。"),
    "course_several": ("Several may be right.", "可能有多项正确。"),
    "course_a_number": (
        'A number between the quotes; "2**20" or "1/3" is fine too.',
        '在引号中写一个数；写成 "2**20"、"1/3" 也可以。',
    ),
    "course_letter": ('A letter between the quotes, like "a".', '在引号中写一个字母，如 "a"。'),
    "course_letters": (
        'All right letters between the quotes, like "ac".',
        '在引号中写出所有正确的字母，如 "ac"。',
    ),
    "course_scheme": ("Points of a full answer, one each:", "评分要点，每点 1 分："),
    "course_wrong": ("What people get wrong:", "常见误解："),
    "course_lab": ("Lab: {title}", "实验：{title}"),
    "course_lab_expect": (
        "Before you run it: what do you expect, and why? Note it down; your conclusion needs it.",
        "运行之前先想一想：你预计会看到什么，为什么？请记下来，写结论时要用。",
    ),
    "course_lab_run": (
        (
            "Run this. In cells of your own, try other seeds: run(..., seed=1), or leave out quick."
            " Note the numbers down: outputs are not handed in."
        ),
        (
            "运行本单元格。可以在自己新建的单元格里换种子：run(..., seed=1)，或去掉 quick。"
            "请记下数值：运行输出不会随作业提交。"
        ),
    ),
    "course_lab_runs": ("running the lab {name} ...", "正在运行实验 {name}……"),
    "course_lab_conclusion": ("Your conclusion", "你的结论"),
    "course_lab_ask_measured": (
        "What was claimed, what was measured, and what did you expect?",
        "论断说的是什么？测量了什么？你原来预计看到什么？",
    ),
    "course_lab_ask_numbers": (
        (
            "Which numbers did you get, in at least two runs with different seeds? Write them into"
            " this answer: outputs are not handed in."
        ),
        (
            "你得到了哪些数值？至少用两个不同的种子各运行一次，并把数值写进答案："
            "运行输出不会随作业提交。"
        ),
    ),
    "course_lab_ask_verdict": (
        "Does each claim hold, and by how much more than the spread over seeds?",
        "每个论断都成立吗？差距比种子之间的波动大多少？",
    ),
    "course_lab_ask_mechanism": (
        "Why does it come out so? Derive it, or name the mechanism.",
        "为什么会这样？请推导，或说明其中的机制。",
    ),
    "course_lab_ask_limit": (
        "What does this experiment not show about a large model?",
        "关于大模型，这个实验说明不了什么？",
    ),
    "course_lab_point_measured": (
        "says what is claimed and measured, and compares it with an expectation of their own",
        "说清论断是什么、测量了什么，并与自己的预期对照",
    ),
    "course_lab_point_numbers": (
        "gives numbers of two or more runs of their own",
        "给出自己两次以上运行的数值",
    ),
    "course_lab_point_verdict": (
        "judges each claim by its number and the spread, not by the word that the lab prints",
        "根据数值和波动判断每个论断，而不是照抄实验打印的判定",
    ),
    "course_lab_point_mechanism": (
        "gives the reason: a derivation or a mechanism that predicts these numbers",
        "说明原因：给出能预测这些数值的推导或机制",
    ),
    "course_lab_point_limit": (
        "names something that the experiment leaves open: size, data, training, number of seeds",
        "指出实验没有回答的问题：规模、数据、训练、种子数量等",
    ),
    "course_lab_run_of": (
        "One run (seed {seed}, {seeds} seeds) showed:",
        "一次运行（种子 {seed}，共 {seeds} 个）的结果：",
    ),
    "course_lab_why": ("Why (question {name} of the bank):", "原因（题库中的 {name}）："),
    "public_only": (
        (
            "This was the public part: the statement's examples and some shapes. The grade comes"
            " from more tests, which your instructor has."
        ),
        "以上只是公开部分：题目中的示例和一些形状。成绩由老师手中的更多测试决定。",
    ),
    "public_points": ("public part {points}", "公开部分 {points}"),
    "public_done": (
        "All exercises pass the public check. The grade comes from your instructor's tests.",
        "全部练习都已通过公开检查。成绩由老师的测试决定。",
    ),
    "points_later": (
        "The points come after you hand in. To check what you have, run the cell with check(...).",
        "提交后评分。想先检查，请运行 check(...) 所在的单元格。",
    ),
    "question_points_later": ("The points come after you hand in.", "提交后评分。"),
    # In courses, reports and comments say
    "comma": (", ", "，"),
    "colon": (": ", "："),
    "semicolon": ("; ", "；"),
    "told_different": (
        "the result is not the right one",
        "结果不对",
    ),
    "told_changed": ("an argument was changed in place", "有输入被原地修改了"),
    "told_no_error": ("an error should have been raised", "应当报错，却没有"),
    "told_other_error": ("another error should have been raised", "抛出的错误类型不对"),
    "told_error_message": (
        "the error's message does not name what the statement asks for",
        "错误信息中缺少题目要求的内容",
    ),
    "graded_trusted": (
        "Graded at sandbox level {level}, as trusted.",
        "在沙箱级别 {level} 下批改（已声明信任）。",
    ),
    "course_summary": ("Points: {parts}.", "得分：{parts}。"),
    "no_response": ("No answer.", "未作答。"),
    "answer_none": ("No answer.", "未作答。"),
    "answer_right": ("Right (read as: {read}).", "正确（读作：{read}）。"),
    "answer_part": ("Partly right (read as: {read}).", "部分正确（读作：{read}）。"),
    "answer_wrong": ("Not right (read as: {read}).", "不对（读作：{read}）。"),
    "answer_not_number": (
        "{given} cannot be read as a number.",
        "无法把 {given} 读作一个数。",
    ),
    "answer_not_letters": (
        "{given} is no letter of the options.",
        "{given} 不是选项的字母。",
    ),
    "answer_of_other": (
        "It would be right for the numbers of {typed}.",
        "若按 {typed} 的数值，这个答案就是对的。",
    ),
    "found_other_student": (
        (
            "The notebook names the student {typed}, but was handed in by {student}: the numbers of"
            " {student} count."
        ),
        "notebook 中填的学号是 {typed}，提交人却是 {student}：以 {student} 的数值为准。",
    ),
    "found_no_question": (
        "The question {card} is not in the bank of this machine.",
        "本机的题库中没有题目 {card}。",
    ),
    "found_no_file": (
        "No notebook of this name was handed in.",
        "没有提交这个名字的 notebook。",
    ),
    "found_other_file": (
        "Handed in under another name, and read all the same: {name}.",
        "提交时用了别的文件名，已照常读取：{name}。",
    ),
    "found_empty_file": ("The file is empty.", "文件是空的。"),
    "found_empty_notebook": ("The notebook is empty.", "notebook 是空的。"),
    "found_not_json": (
        "The file is no readable notebook: its JSON is broken at line {line}.",
        "文件不是可读取的 notebook：JSON 在第 {line} 行损坏。",
    ),
    "found_not_notebook": ("The file is JSON, but no notebook.", "文件是 JSON，但不是 notebook。"),
    "found_too_large": (
        (
            "The file is too large to be read: {size} MiB, at most {limit}. Clear all outputs and"
            " hand it in again."
        ),
        "文件过大，无法读取：{size} MiB，上限 {limit} MiB。请清除全部输出后重新提交。",
    ),
    "found_too_much": (
        "The file takes too much memory or time to read. Clear all outputs and hand it in again.",
        "读取这个文件需要的内存或时间过多。请清除全部输出后重新提交。",
    ),
    "found_leads_out": (
        "The file is a link that leads out of the submission, and was not read.",
        "文件是指向提交目录之外的链接，未予读取。",
    ),
    "found_not_file": (
        "It is no regular file, and was not read.",
        "它不是普通文件，未予读取。",
    ),
    "found_unreadable": ("The file cannot be read: {error}.", "无法读取文件：{error}。"),
    "found_other_assignment": (
        "This is a notebook of another assignment: none of its cells belongs here.",
        "这是另一份作业的 notebook：其中没有一个单元格属于本作业。",
    ),
    "found_no_ids": (
        (
            "The cells have lost their ids. Code was found by the names that it defines; written"
            " answers could not be found."
        ),
        "单元格的编号都丢失了。代码已按其中定义的名字找到，文字答案则无法找到。",
    ),
    "found_foreign_cells": (
        "Some cells have ids of another notebook ({count}).",
        "有些单元格的编号属于别的 notebook（{count} 个）。",
    ),
    "found_reordered": (
        "The cells stood in another order; they were put back.",
        "单元格的顺序被改动，已恢复。",
    ),
    "found_locked_gone": (
        "Cells that were given had been deleted; they were put back ({count}).",
        "有些原有的单元格被删除，已恢复（{count} 个）。",
    ),
    "found_deleted": (
        "This cell had been deleted; it was put back empty.",
        "这个单元格被删除，已恢复为空白。",
    ),
    "found_copies": (
        "This cell was there {count} times; what was written in them was joined.",
        "这个单元格出现了 {count} 次，已把其中写的内容合并。",
    ),
    "found_kind": (
        "This cell had been turned into another kind; it was turned back.",
        "这个单元格的类型被改动，已恢复。",
    ),
    "found_syntax": (
        "Code cell {cell}, line {line}, is no Python and was left out: {error}.",
        "代码单元格 {cell} 第 {line} 行不是合法的 Python，已略过：{error}。",
    ),
    "found_failing": (
        "Left out, because it fails when it is run (code cell {place}): {error}",
        "运行时出错，已略过（代码单元格 {place}）：{error}",
    ),
    "found_own_test": (
        "This cell is not from llmquiz and was not executed. A person grades it.",
        "这个单元格不是 llmquiz 生成的，没有执行，需人工评分。",
    ),
    "found_foreign_grade": (
        "The cell {cell} is not from llmquiz and was not executed: a person grades it.",
        "单元格 {cell} 不是 llmquiz 生成的，没有执行：需人工评分。",
    ),
    "found_lost": (
        "The process that graded this ended twice. A person should look at it.",
        "批改它的进程两次异常退出，请人工查看。",
    ),
    "found_our_fault": (
        "llmquiz itself failed here, and not the answer. Grade it again. ({reason})",
        "这里是 llmquiz 自身的故障，与答案无关。请重新批改。（{reason}）",
    ),
    # Courses: the kit
    "kit_no_questions": (
        "a kit has no questions: they are in the full llmquiz.",
        "工具包中没有题库：完整的 llmquiz 才有。",
    ),
    "kit_no_command": (
        "a kit for students has no command {name}: it is in the full llmquiz.",
        "学生工具包中没有 {name} 命令：完整的 llmquiz 才有。",
    ),
    "kit_no_exercises": (
        "this kit has no exercises.",
        "这个工具包中没有练习。",
    ),
    "kit_worked": (
        "Note: the code of the labs ({labs}) shows worked parts of these exercises: {names}.",
        "注意：实验（{labs}）的代码中含有这些练习的部分实现：{names}。",
    ),
    "kit_exists": (
        "{path} is already there, and is kept. Choose another name.",
        "{path} 已经存在，予以保留。请换一个名字。",
    ),
    # dev
    "dev_whole": (
        "{count} exercises, {checks} checks each: whole.",
        "{count} 道练习，各 {checks} 项检查：全部通过。",
    ),
    "dev_wrong": (
        "{count} things to mend. Next: mend the first, then run this again.",
        "有 {count} 处需要修改。下一步：改好第一处，再运行一次。",
    ),
    "dev_new_next": (
        "Next:  llmquiz dev check {name}  lists what is still to be written",
        "下一步：  llmquiz dev check {name}  会列出还要写的内容",
    ),
    "dev_bad_name": (
        "{name} cannot name an exercise: use small letters, digits and underscores.",
        "{name} 不能作为练习名：请用小写字母、数字和下划线。",
    ),
    "dev_exists": (
        "{path} is already there: choose another name.",
        "{path} 已经存在：请换一个名字。",
    ),
    "dev_installed": (
        "name a folder of your own: llmquiz --content DIR dev new {name}",
        "请指定你自己的目录：llmquiz --content DIR dev new {name}",
    ),
    # init
    "init_made": (
        "Made {count} exercises in {path}",
        "已在 {path} 中创建 {count} 道练习",
    ),
    "init_kept": (
        "Kept, because you may have worked on them: {names}",
        "以下文件可能有你的修改，予以保留：{names}",
    ),
    "init_inside": (
        "{path} lies among the exercises of the workspace {root}. Go up first: cd {root}",
        "{path} 位于工作区 {root} 的练习目录之内。请先回到上层：cd {root}",
    ),
    "init_next": (
        "Next:  llmquiz show {name}",
        "下一步：  llmquiz show {name}",
    ),
    "init_next_cd": (
        "Next:  cd {path}  and  llmquiz show {name}",
        "下一步：  cd {path}  然后  llmquiz show {name}",
    ),
    # The desk: where one is, hints, solutions, copies
    "home_outside": (
        "You are in no workspace: a folder with the exercises, in which you write your answers.",
        "当前不在工作区内。工作区是存放练习的目录，答案就写在里面。",
    ),
    "home_init": ("make one, here or anywhere", "创建工作区，放在哪里都可以"),
    "home_help": ("all commands", "全部命令"),
    "home_progress": (
        "{passed}/{count} exercises   {points}/{most} points",
        "练习 {passed}/{count}   得分 {points}/{most}",
    ),
    "home_public": (
        "{passed}/{count} pass the public check",
        "公开检查通过 {passed}/{count}",
    ),
    "home_state_public": (
        "public check only; checks: {count}, hints: {hints}",
        "仅公开检查，检查 {count} 次，提示 {hints} 条",
    ),
    "home_labs": ("the experiments of your course", "课程的实验"),
    "home_next": ("Next: {name}   {title}", "下一题：{name}   {title}"),
    "home_fresh": ("not checked yet", "还没有检查过"),
    "home_state": (
        "{points}/{most} points; checks: {count}, hints: {hints}",
        "得分 {points}/{most}，检查 {count} 次，提示 {hints} 条",
    ),
    "home_show": ("the statement", "查看题目"),
    "home_watch": ("checks at every save", "每次保存时自动检查"),
    "home_check": ("checks once", "检查一次"),
    "home_explain": ("your tensors beside the right ones", "你的张量与正确结果并排对比"),
    "home_hint": ("a question, a direction, almost code", "提示：问题、方向、伪代码"),
    "home_done": ("All exercises pass.", "全部练习都已通过。"),
    "home_list": ("what you have built", "看看你完成了什么"),
    "home_quiz": ("questions on how it works inside", "关于内部原理的问答"),
    "home_due": ("{due} due today", "今天到期 {due} 项"),
    "home_not_due": ("nothing is due today", "今天没有到期的内容"),
    "level_and_all": ("give --level or --all, not both.", "--level 和 --all 不能同时给出。"),
    "no_hints": ("{name} has no hints.", "{name} 没有提示。"),
    "hint_title": (
        "{name}   hint {step} of {count}: {part}",
        "{name}   第 {step} 条提示（共 {count} 条）：{part}",
    ),
    "hint_more": ("One step further: llmquiz hint {name}", "再进一步：llmquiz hint {name}"),
    "hint_more_outside": (
        "One step further: llmquiz hint {name} --level {step}",
        "再进一步：llmquiz hint {name} --level {step}",
    ),
    "hint_last": (
        "That was the last step. Or see it done: llmquiz solution {name} --spoil",
        "这是最后一条提示。直接看参考实现：llmquiz solution {name} --spoil",
    ),
    "hint_last_in_kit": ("That was the last step.", "这是最后一条提示。"),
    "solution_locked": (
        "{name} has not passed yet: take a hint, or add --spoil, which the log will note.",
        "{name} 还没有通过：先看提示，或加上 --spoil（日志中会记下）。",
    ),
    "solution_same": (
        "{path} is the solution, line by line.",
        "{path} 与参考实现逐行相同。",
    ),
    "reset_what": (
        "which exercise? llmquiz reset NAME, or --all.",
        "要重置哪道练习？llmquiz reset NAME，或加 --all。",
    ),
    "reset_notebook": (
        "{path} is a notebook; only .py files can be reset.",
        "{path} 是 notebook，只能重置 .py 文件。",
    ),
    "reset_untouched": (
        "{path} is as it was in the beginning.",
        "{path} 本来就是最初的样子。",
    ),
    "reset_made": ("Made anew: {path}", "已重新创建：{path}"),
    "reset_done": (
        "Made anew: {path}\nWhat was there is kept: {kept}",
        "已重新创建：{path}\n原来的内容保存在：{kept}",
    ),
    "reset_undo": ("Take it back: llmquiz restore {name}", "撤销：llmquiz restore {name}"),
    "no_backups": (
        "there is no copy of {name}: nothing was reset.",
        "没有 {name} 的备份：从未重置过。",
    ),
    "no_backup_of": (
        "there is no copy of {name} of {time}. Which there are: llmquiz restore {name} --list",
        "没有 {name} 在 {time} 的备份。查看有哪些：llmquiz restore {name} --list",
    ),
    "restored": ("Restored: {path}\nfrom {copy}", "已恢复：{path}\n来自 {copy}"),
    "restored_kept": (
        "What stood there until now is kept: {kept}",
        "恢复之前的内容保存在：{kept}",
    ),
    "restored_next": ("Next:  llmquiz check {name}", "下一步：  llmquiz check {name}"),
    # explain
    "explain_expected": ("expected", "期望"),
    "explain_got": ("got", "得到"),
    "explain_difference": ("difference", "差"),
    "explain_same": ("a dot: no difference", "点表示相同"),
    "explain_place": ("shown: {place}", "显示：{place}"),
    "explain_part": (
        "rows {rows} of {height}, columns {columns} of {across}",
        "显示第 {rows} 行（共 {height} 行）、第 {columns} 列（共 {across} 列）",
    ),
    "explain_row": ("row {row}", "第 {row} 行"),
    "explain_row_same": ("row {row}: no difference", "第 {row} 行：相同"),
    "explain_equal": ("none", "无"),
    "explain_values": ("{title}: {values}", "{title}：{values}"),
    "explain_pair": (
        "{place}: expected {expected}; got {got}",
        "{place}：期望 {expected}；得到 {got}",
    ),
    "explain_missing": ("nothing", "缺失"),
    "explain_more": ("{count} more differ", "另有 {count} 处不同"),
    "explain_passes": (
        "{name} passes: there is nothing to lay side by side.",
        "{name} 已经通过，没有需要对比的内容。",
    ),
    "explain_nothing": (
        "No test failed with numbers to compare. The report says why: llmquiz check {name}",
        "未过的测试中没有可以对比的数值。原因见报告：llmquiz check {name}",
    ),
    # A notebook
    "notebook_better": (
        "Not recorded: {path} has earned more, {points}/{most}.",
        "没有记录：{path} 的得分更高，{points}/{most}。",
    ),
    "notebook_nothing": (
        "no cell defines a part of {name} yet. What to write: llmquiz show {name}",
        "还没有单元格定义 {name} 的任何部分。查看题目：llmquiz show {name}",
    ),
    # watch
    "folder_gone": (
        "the folder that you are in does not exist any more. Go into another one: cd DIR",
        "当前所在的目录已经不存在，请先切换到别的目录：cd DIR",
    ),
    "no_terminal": (
        "watch needs a terminal. Without one: llmquiz check",
        "watch 需要在终端中运行。不在终端里请用：llmquiz check",
    ),
    "watch_gone": (
        "{path} is gone. Save it again, and it is checked; or begin anew: llmquiz reset {name}",
        "{path} 不见了。重新保存后会自动检查；也可以重新开始：llmquiz reset {name}",
    ),
    "watch_all_done": (
        "All exercises pass. q ends; llmquiz review is for tomorrow.",
        "全部练习都已通过。按 q 退出；明天可以用 llmquiz review 复习。",
    ),
    "watch_back": ("Enter goes back to {name}.", "按回车回到 {name}。"),
    "watch_passes": (
        "It passes, and stays until you press n.",
        "已经通过。按 n 才会进入下一题。",
    ),
    "change_none": ("Nothing changed since the last check.", "与上次检查相比没有变化。"),
    "change_passing": ("Newly passing ({count}): {names}", "新增通过（{count}）：{names}"),
    "change_failing": ("Newly failing ({count}): {names}", "新增未过（{count}）：{names}"),
    "change_points": ("Points: {points}", "得分变化：{points}"),
    "and_more": ("{names} and {count} more", "{names}，另有 {count} 项"),
    "watch_where": (
        "{passed} of {count} exercises passed. Watching {path}",
        "{count} 道练习中已通过 {passed} 道。正在监视 {path}",
    ),
    "watch_keys": ("Keys: ", "按键："),
    "key_enter": ("check", "检查"),
    "key_hint": ("hint", "提示"),
    "key_statement": ("statement", "题目"),
    "key_explain": ("explain", "对比"),
    "key_solution": ("solution", "答案"),
    "key_quiz": ("quiz me", "考考我"),
    "key_next": ("next", "下一题"),
    "key_back": ("back", "返回"),
    "key_list": ("list", "列表"),
    "key_quit": ("quit", "退出"),
    "completion_place": (
        "Put this there: llmquiz completion {shell} > {place}",
        "保存到这里：llmquiz completion {shell} > {place}",
    ),
    "init_others": ("Made also: {names}", "另外创建了：{names}"),
    # Help
    "help.main": (
        "Exercises and questions on how large language models work inside.",
        "大语言模型内部原理的练习与问答。",
    ),
    "help.kit": (
        "The exercises of your course, to check the public part of them at home.",
        "课程的练习，可在自己电脑上做公开检查。",
    ),
    "help.main.more": (
        "Start with:  llmquiz init  and then  llmquiz watch. Without a command: what is next.",
        "从这里开始：  llmquiz init  然后  llmquiz watch。不带命令时显示下一步。",
    ),
    "help.main.heard": (
        "With a screen reader, set TERM=dumb: nothing is drawn, and only what is new is printed.",
        "使用屏幕阅读器时，请设置 TERM=dumb：不绘制图形，只输出新内容。",
    ),
    "help.check": ("Grade your answer to an exercise.", "给你的练习答案评分。"),
    "help.check.more": (
        "Without NAME: the next exercise that is not finished.",
        "不写 NAME 时检查下一道未完成的练习。",
    ),
    "help.check.codes": (
        "Exit code 0 passed, 1 not passed, 2 a mistake in the command, 3 a fault of llmquiz.",
        "退出码：0 通过，1 未通过，2 命令有误，3 llmquiz 自身的故障。",
    ),
    "help.check.all": ("Check all exercises.", "检查全部练习。"),
    "help.check.file": (
        "Grade this .py file or .ipynb notebook instead of the workspace's.",
        "给这个 .py 文件或 .ipynb notebook 评分，不用工作区中的文件。",
    ),
    "help.check.seed": (
        "Draw the same cases as the run whose report names N.",
        "重现报告中种子为 N 的那次运行，抽取相同的用例。",
    ),
    "help.check.verbose": (
        "Show every test and every failure in full.",
        "完整显示每一项测试和每一处未过的详情。",
    ),
    "help.check.json": ("Print one JSON document.", "输出一个 JSON 文档。"),
    "help.check.junit": (
        "Also write a JUnit XML file.",
        "同时写入一个 JUnit XML 文件。",
    ),
    "help.watch": (
        "Check an exercise again at every save.",
        "每次保存文件时自动重新检查。",
    ),
    "help.watch.more": (
        "Without NAME: the next exercise that is not finished. Ctrl-C or q ends it.",
        "不写 NAME 时检查下一道未完成的练习。按 Ctrl-C 或 q 结束。",
    ),
    "help.watch.poll": (
        "Look at the file many times a second instead of waiting for the system's word.",
        "不依赖系统的文件通知，每秒多次查看文件。",
    ),
    "help.hint": (
        "Give a hint: first a question, then a direction, then almost code.",
        "给出提示：先是一个问题，再是方向，最后是伪代码。",
    ),
    "help.hint.more": (
        "Each call goes one step further. Hints are counted, and cost no points.",
        "每运行一次前进一步。提示会计数，但不扣分。",
    ),
    "help.hint.level": ("This step, 1 to 3.", "指定第几条，1 到 3。"),
    "help.hint.all": ("All three steps.", "三条全部显示。"),
    "help.explain": (
        "Show the tensors of a failing case, yours beside the right ones.",
        "显示未过用例的中间张量，与正确结果并排对比。",
    ),
    "help.explain.more": (
        "Each of your functions gets the right input, so that only its own mistake shows.",
        "传给你每个函数的都是正确的输入，因此只会显示它自己的错误。",
    ),
    "help.explain.html": ("Write a page with pictures.", "输出带图的网页。"),
    "help.solution": (
        "Show the reference, once your own answer has passed.",
        "显示参考实现，通过之后可看。",
    ),
    "help.solution.diff": (
        "Show how your file differs from it.",
        "显示你的文件与它的差异。",
    ),
    "help.solution.spoil": (
        "Show it before you have passed; this is noted in the log.",
        "没有通过也显示，日志中会记下。",
    ),
    "help.reset": (
        "Begin an exercise anew; a copy of your file is kept.",
        "重新开始一道练习，原来的文件会备份。",
    ),
    "help.reset.all": ("Begin all exercises anew.", "重新开始全部练习。"),
    "help.restore": ("Take back what reset replaced.", "撤销重置，恢复备份。"),
    "help.restore.from": (
        "The copy of this time, as --list shows it; else the newest.",
        "恢复这个时间的备份（见 --list），默认为最新的。",
    ),
    "help.restore.list": ("List the copies.", "列出备份。"),
    "help.completion": (
        "Print what makes a shell complete commands and names.",
        "输出让 shell 自动补全命令和名字的脚本。",
    ),
    "help.completion.more": (
        "For bash, zsh and fish. A line at the top of what is printed says where to put it.",
        "支持 bash、zsh 和 fish。输出的开头有一行说明该放在哪里。",
    ),
    "help.list": ("List the exercises and how far you are.", "列出练习和你的进度。"),
    "help.show": ("Show the statement of an exercise.", "显示练习的题目。"),
    "help.init": (
        "Make a workspace of stubs in DIR (this folder, if left out).",
        "在 DIR（默认为当前目录）中创建工作区，放入各题的代码骨架。",
    ),
    "help.doctor": (
        "Show what this machine has, and what the sandbox holds.",
        "显示本机环境，以及沙箱能做到什么。",
    ),
    "help.doctor.json": ("Print one JSON document.", "输出一个 JSON 文档。"),
    "doctor_wait": ("Trying the sandbox ...", "正在测试沙箱……"),
    "layer_on": ("on ", "启用"),
    "layer_off": ("off", "关闭"),
    "layer_bubblewrap": (
        "other files, the network and other processes do not exist",
        "看不到其他文件、网络和其他进程",
    ),
    "layer_descriptors": (
        "two pipes are open, nothing else; the worker dies with its parent",
        "只打开两条管道；父进程结束时一同结束",
    ),
    "layer_limits": (
        "memory, CPU time, threads and descriptors are limited; no file can be written",
        "限制内存、CPU 时间、线程和描述符；不能写文件",
    ),
    "layer_identity": (
        "no root, no capability, and no way to gain one",
        "没有 root 身份和任何 capability，也无法再获得",
    ),
    "layer_landlock": (
        "reads Python and its libraries, no other file",
        "只能读取 Python 及其库，读不了别的文件",
    ),
    "layer_seccomp": (
        "no network, no process, no signal, no tracing, no writing",
        "不能联网、创建进程、发信号、跟踪或写文件",
    ),
    "layer_no-open": (
        "opens no file at all, for want of Landlock",
        "没有 Landlock，因此禁止打开任何文件",
    ),
    "level_isolated": (
        "Sandbox: isolated. Strangers' code can be graded here.",
        "沙箱级别：isolated。可以在这里批改陌生人的代码。",
    ),
    "level_confined": (
        "Sandbox: confined. Strangers' code can be graded here; it sees names of files, not more.",
        "沙箱级别：confined。可以在这里批改陌生人的代码；它能看到文件名，读不到内容。",
    ),
    "level_process": (
        "Sandbox: process. A separate process with limits: check your own code only.",
        "沙箱级别：process。只是一个受限的独立进程：请只检查自己的代码。",
    ),
    "help.lab": (
        "Small experiments that settle claims, and a language model of your own.",
        "用小实验检验各种说法，并训练一个自己的语言模型。",
    ),
    "help.lab-list": ("All labs.", "列出所有实验。"),
    "help.lab-one": (
        "Run the lab called NAME: its claim, the numbers, and whether it held.",
        "运行名为 NAME 的实验：论断、数据，以及是否成立。",
    ),
    "help.lab-one.codes": (
        "Exit code 0 claims held, 1 one did not, 2 a mistake in the command, 3 a fault of llmquiz.",
        "退出码：0 论断都成立，1 有论断不成立，2 命令有误，3 llmquiz 自身的故障。",
    ),
    "help.lab-ablation": (
        "Train a small model part by part, with your own parts: does each help?",
        "逐个部件训练小模型（用你自己的部件）：每个部件有用吗？",
    ),
    "help.lab-ablation.more": (
        "Ctrl-C stops it, the same command goes on. Exercises that passed their check give parts.",
        "按 Ctrl-C 停止，重新运行即可继续。检查通过的练习会提供部件。",
    ),
    "help.lab-chat": (
        "Let the model that was trained last write on.",
        "让最近训练好的模型接着写。",
    ),
    "help.lab.plot": ("Write the plots: .png, .svg or .pdf.", "把图写入文件：.png、.svg 或 .pdf。"),
    "help.lab.html": ("Write a page with the plots.", "生成带图的网页。"),
    "help.lab.json": ("Print JSON.", "输出 JSON。"),
    "help.lab.quick": ("Smaller and faster.", "规模更小、更快。"),
    "help.lab.seed": ("Other random numbers for each N.", "不同的 N 使用不同的随机数。"),
    "help.ablation.data": ("What to train on.", "训练数据。"),
    "help.ablation.text": ("Train on this file.", "用这个文件训练。"),
    "help.ablation.steps": ("Training steps of each run.", "每次训练的步数。"),
    "help.ablation.seeds": ("How many seeds.", "种子个数。"),
    "help.ablation.jobs": ("Training processes at a time.", "同时运行的训练进程数。"),
    "help.ablation.fresh": ("Forget what was trained before.", "丢弃以前的训练结果。"),
    "help.chat.prompt": ("The beginning of the text.", "文本的开头。"),
    "help.chat.tokens": ("How many tokens to write.", "生成多少个 token。"),
    "help.chat.temperature": ("0 takes the likeliest token.", "温度；0 表示总取概率最大的 token。"),
    "help.chat.top_p": (
        "Draw from the tokens that hold this share.",
        "只从累计概率达到该值的 token 中抽取。",
    ),
    "help.dev": ("Tools for authors of exercises.", "编写练习的工具。"),
    "help.dev-check": (
        "Check that exercises are whole: every file, word, test and fault.",
        "检查练习是否完整：文件、文字、测试、已知错误。",
    ),
    "help.dev-new": ("Begin an exercise called NAME.", "新建名为 NAME 的练习。"),
    "help.lang": ("Language: en or zh.", "语言：en 或 zh。"),
    "help.content": (
        "Use the exercises of this folder instead of the shipped ones.",
        "使用这个目录中的练习，不用自带的练习。",
    ),
    "help.help": ("Show this help.", "显示本帮助。"),
    "help.usage": ("Usage", "用法"),
    "help.options": ("Options", "选项"),
    "help.commands": ("Commands", "命令"),
    "usage_error": (
        "{message} See: {command} --help",
        "命令有误：{message}请参阅：{command} --help",
    ),
    "no_option": ("there is no option {name}.", "没有 {name} 这个选项。"),
    "no_option_near": (
        "there is no option {name}. Did you mean {near}?",
        "没有 {name} 这个选项。你是想输入 {near} 吗？",
    ),
    "no_command": ("there is no command {name}.", "没有 {name} 这个命令。"),
    "is_missing": ("{name} is missing.", "缺少 {name}。"),
    "is_missing_of": (
        "{name} is missing, one of: {choices}.",
        "缺少 {name}，可选值：{choices}。",
    ),
    "value_of": ("{name} takes one of: {choices}.", "{name} 的可选值：{choices}。"),
    "value_whole": ("{name} takes a whole number.", "{name} 的值应为整数。"),
    "value_from": (
        "{name} takes a whole number, {least} or more.",
        "{name} 的值应为不小于 {least} 的整数。",
    ),
    "value_between": (
        "{name} takes a whole number from {least} to {most}.",
        "{name} 的值应为 {least} 到 {most} 之间的整数。",
    ),
    "value_number": ("{name} takes a number.", "{name} 的值应为数字。"),
    "value_wrong": ("{name} does not take this value.", "{name} 的值无效。"),
    "takes_no_value": ("{name} takes no value.", "{name} 不带值。"),
    "needs_a_value": ("{name} needs a value.", "{name} 需要一个值。"),
    "extra_argument": ("too many words in the command: {names}.", "多余的参数：{names}。"),
    "not_so": ("the command is not used like this.", "命令用法不对。"),
    "help.version": ("Show the version.", "显示版本。"),
    "example": ("Example:", "示例："),
}
