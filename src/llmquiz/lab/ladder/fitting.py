"""Takes the learner's parts out of their source, tries each on small inputs, times it.

Inside the training process only. Whatever goes wrong with a part is a reason to use the reference
instead, and the reason is told.
"""

from __future__ import annotations

import sys
import time
import types
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from llmquiz.lab.ladder.parts import REFERENCES

SLOWER = 30  # times the reference's time: right, but no use in training
TEXT = "the cat sat on the mat; the dog sat on the log. 三只猫, 三只狗\n" * 3

Reason = tuple[str, str]  # key of llmquiz.words, what was seen


def fit(
    exercise: str, names: Sequence[str], source: str
) -> tuple[dict[str, Any], dict[str, Reason]]:
    """The parts of one source that can be used, and why the others cannot."""
    try:
        module = _load(exercise, source)
    except BaseException as error:
        return {}, {name: ("part_broken", _words(error)) for name in names}
    taken: dict[str, Any] = {}
    refused: dict[str, Reason] = {}
    for name in names:
        try:
            reason = _try(name, getattr(module, name))
        except BaseException as error:
            reason = ("part_broken", _words(error))
        if reason is None:
            taken[name] = getattr(module, name)
        else:
            refused[name] = reason
    return taken, refused


def _load(exercise: str, source: str) -> types.ModuleType:
    module = types.ModuleType(f"mine_{exercise}")
    sys.modules[module.__name__] = module  # dataclasses look their module up
    exec(compile(source, f"{exercise}.py", "exec"), module.__dict__)
    return module


def _try(name: str, mine: Any) -> Reason | None:
    """What one use of the part gives must be what the reference gives, in bearable time."""
    use = USES[name]
    expected, seconds = _timed(use, REFERENCES[name])
    given, own_seconds = _timed(use, mine)
    if isinstance(expected, Tensor):
        fits = isinstance(given, Tensor) and given.shape == expected.shape
        fits = fits and torch.allclose(given.float(), expected.float(), atol=1e-4, rtol=1e-3)
    else:
        fits = given == expected
    if not fits:
        return ("part_differs", "")
    if own_seconds > SLOWER * max(seconds, 1e-4):
        return ("part_slow", f"{own_seconds / seconds:.0f}")
    return None


def _timed(use: Callable[[Any], Any], part: Any) -> tuple[Any, float]:
    """The result and the CPU time of the second use: the first one warms up."""
    use(part)
    start = time.process_time()
    result = use(part)
    return result, time.process_time() - start


def _drawn(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


def _module(module: nn.Module, *arguments: Any) -> Tensor:
    """A module with drawn parameters, forward and backward."""
    x = _drawn(4, 12, 16).requires_grad_()
    generator = torch.Generator().manual_seed(1)
    for _, parameter in sorted(module.named_parameters()):
        parameter.data = torch.randn(parameter.shape, generator=generator) * 0.3 + 0.1
    out: Tensor = module(x, *arguments)
    out.square().sum().backward()
    assert x.grad is not None
    return torch.cat((out.detach().flatten(), x.grad.flatten()))


def _block(make: Any) -> Tensor:
    block = make(16, 4, 32)
    block.norm1, block.norm2 = nn.LayerNorm(16), nn.LayerNorm(16)
    block.attention = REFERENCES["MultiHeadAttention"](16, 4)
    block.feed_forward = nn.Sequential(nn.Linear(16, 32), nn.GELU(), nn.Linear(32, 16))
    return _module(block, torch.ones(12, 12, dtype=torch.bool).tril())


def _tokenized(make: Any) -> tuple[list[int], str]:
    tokenizer = make(REFERENCES["train_bpe"](TEXT, 20))
    ids = tokenizer.encode(TEXT)
    return list(ids), tokenizer.decode(ids)


_MASK = torch.ones(12, 12, dtype=torch.bool).tril()
USES: dict[str, Callable[[Any], Any]] = {
    "scaled_dot_product_attention": lambda f: f(*_drawn(3, 2, 4, 12, 8), _MASK),
    "split_heads": lambda f: f(_drawn(2, 12, 16), 4),
    "merge_heads": lambda f: f(_drawn(2, 4, 12, 4)),
    "MultiHeadAttention": lambda f: _module(f(16, 4), _MASK),
    "RMSNorm": lambda f: _module(f(16)),
    "LayerNorm": lambda f: _module(f(16)),
    "apply_rope": lambda f: f(_drawn(2, 4, 12, 8), torch.arange(12)),
    "SwiGLU": lambda f: 0 * _module(f(16, 24)),  # the names of its matrices are not fixed
    "repeat_kv": lambda f: f(_drawn(2, 2, 12, 8), 2),
    "PreNormBlock": _block,
    "PostNormBlock": _block,
    "train_bpe": lambda f: [tuple(pair) for pair in f(TEXT, 20)],
    "Tokenizer": _tokenized,
}


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:120]
