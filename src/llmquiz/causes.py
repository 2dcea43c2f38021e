"""Why a layer of the sandbox does not hold, or the sandbox does not start: in Chinese.

The sandbox itself speaks English alone: no words lie in the process of a worker. What the system
says there, an error of bubblewrap's for instance, stays as it is.
"""

from __future__ import annotations

import re

CAUSES = {
    "only on Linux": "仅支持 Linux",
    "not without a zygote": "没有 zygote 进程时不可用",
    "bwrap is not installed": "没有安装 bwrap",
    "bwrap gives {}": "bwrap 的退出码是 {}",
    "this kernel has no Landlock": "当前内核不支持 Landlock",
    "root without capabilities: another user could not read Python's folders": (
        "仍是 root，但没有任何 capability：换成别的用户就读不了 Python 所在的目录"
    ),
    "the self-test ended with {}": "自检异常结束，状态 {}",
    "a path of the outside is visible": "能看到沙箱外的路径",
    "a network is visible": "能看到网络",
    "a process of the outside is visible": "能看到沙箱外的进程",
    "descriptor {} is open": "描述符 {} 仍处于打开状态",
    "limit {} is {}": "资源限制 {} 的值是 {}",
    "more memory than allowed was given": "能申请到超出限额的内存",
    "a capability is left": "仍留有 capability",
    "the user could be changed": "仍能切换用户",
    "{} can be opened": "能打开 {}",
    "{} is possible": "没有拦住：{}",
    "reading a foreign file": "读取外部文件",
    "writing": "写文件",
    "signalling": "发信号",
    "tracing": "跟踪进程",
    "the zygote ended": "zygote 进程已退出",
    "the zygote ended ({})": "zygote 进程已退出（退出码 {}）",
    "the zygote did not answer in {} s": "zygote 进程在 {} 秒内没有响应",
    "a library started threads: {}": "某个库启动了线程：{}",
    "a worker did not start: is torch installed?": "工作进程未能启动：安装 PyTorch 了吗？",
    "a judging process ended": "一个评分进程意外退出",
    "processes that judge end by themselves": "评分进程一再自行退出",
}
_PATTERNS = [
    (re.compile(re.escape(english).replace(re.escape("{}"), "(.+)")), chinese)
    for english, chinese in CAUSES.items()
]


def cause(text: str, lang: str) -> str:
    """What the sandbox said, in a language; as it is where the words are not ours."""
    if lang == "en":
        return text
    for pattern, chinese in _PATTERNS:
        if found := pattern.fullmatch(text):
            return chinese.format(*(cause(part, lang) for part in found.groups()))
    return text
