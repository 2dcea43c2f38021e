"""An independent value for each numeric question, got without its formula."""

import math
import re
from collections import Counter
from itertools import pairwise

import torch
from torch import Tensor, nn

torch.set_num_threads(1)

# the pattern that the tokenizer exercise gives
PATTERN = re.compile(r"'(?:[sdmt]|ll|ve|re)| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")


# ---------------------------------------------------------------- attention


def check_attention_mask__leak(*, n: int, s: float, f: float) -> float:
    """Softmax of a real row; the last key is the masked one."""
    row = torch.tensor([s] * n + [f], dtype=torch.float64)
    return row.softmax(-1)[-1].item()


def check_attention_softmax_axis__twice(*, n: int) -> float:
    one_hot = torch.zeros(n, dtype=torch.float64)
    one_hot[n // 2] = 1
    return one_hot.softmax(-1).max().item()


def check_attention_numerics__large_scores(*, a: float, b: float) -> float:
    row = torch.tensor([a, b], dtype=torch.float64)
    shifted = (row - row.max()).exp()
    return (shifted / shifted.sum())[0].item()


def check_attention_shapes__reshaped_entry(*, n: int, i: int, j: int) -> float:
    return torch.arange(n * 12).view(n, 12).reshape(12, -1)[i, j].item()


# ---------------------------------------------------------------- multihead


def check_multihead_split__which_token(*, l: int, k: int, h: int, t: int) -> float:  # noqa: E741
    """Write the number of the token into all its features and cut wrongly."""
    width = 3 * k
    x = torch.arange(l)[:, None].expand(l, width)
    piece = x.reshape(k, l, width // k)[h, t]
    assert len(set(piece.tolist())) == 1
    return piece[0].item()


def check_multihead_merge__interleaved_place(*, n: int, j: int, h: int) -> float:
    """Mark one feature of one head and merge a single token in the wrong order."""
    heads = torch.zeros(n, 1, 32)  # (heads, tokens, width)
    heads[h, 0, j] = 1
    merged = heads.permute(1, 2, 0).flatten(1)
    return merged[0].argmax().item()


def check_multihead_projections__parameters(*, d: int) -> float:
    with torch.device("meta"):
        layers = nn.ModuleList(nn.Linear(d, d) for _ in range(4))
    return sum(p.numel() for p in layers.parameters())


def check_multihead_mask__allowed_pairs(*, l: int, p: int) -> float:  # noqa: E741
    causal = torch.ones(l, l, dtype=torch.bool).tril()
    real = torch.arange(l) < l - p
    return (causal & real).sum().item()


# ---------------------------------------------------------------- norms


def rms_norm(x: Tensor, eps: float = 0.0) -> Tensor:
    return torch.nn.functional.rms_norm(x, x.shape[-1:], eps=eps)


def check_norm_rms__one_hot(*, n: int) -> float:
    x = torch.zeros(n, dtype=torch.float64)
    x[-1] = 0.37
    return rms_norm(x)[-1].item()


def check_norm_axis__statistics(*, b: int, l: int) -> float:  # noqa: E741
    """Count the factors by which RMSNorm scaled something."""
    torch.manual_seed(0)
    x = torch.randn(b, l, 64, dtype=torch.float64)
    factors = (rms_norm(x) / x).flatten().tolist()
    return len({round(f, 9) for f in factors})


def check_norm_eps__output_rms(*, p: int, k: int) -> float:
    torch.manual_seed(0)
    x = torch.randn(4096, dtype=torch.float64)
    x *= 10.0**-p / x.square().mean().sqrt()
    return rms_norm(x, eps=10.0**-k).square().mean().sqrt().item()


def check_norm_float32_statistics__largest_value(*, n: int) -> tuple[float, float]:
    """Try every float16 number; the grid of float16 is about 0.1 % wide."""
    values = torch.arange(0x7C00, dtype=torch.int32).to(torch.int16).view(torch.float16)
    low, high = 0, len(values) - 1  # the last one that stays finite
    while low < high:
        middle = (low + high + 1) // 2
        total = values[middle].expand(n).square().sum()  # float16
        low, high = (middle, high) if total.isfinite() else (low, middle - 1)
    return values[low].item(), 0.002


def check_norm_weight__offset_checkpoint(*, w: float) -> float:
    x = torch.tensor([0.5, -2.0, 1.5], dtype=torch.float64)
    wrong, right = nn.RMSNorm(3, dtype=torch.float64), nn.RMSNorm(3, dtype=torch.float64)
    nn.init.constant_(wrong.weight, w)
    nn.init.ones_(right.weight)
    with torch.no_grad():
        right.weight += w
        return (wrong(x) / right(x))[0].item()


# ---------------------------------------------------------------- block


def check_block_mask__zero_weights(*, n: int, h: int, l: int) -> float:  # noqa: E741
    """Count the zeros in the weights of all blocks and heads."""
    torch.manual_seed(0)
    forbidden = torch.ones(l, l, dtype=torch.bool).triu(1)
    scores = torch.randn(n, h, l, l).masked_fill(forbidden, -math.inf)
    return (scores.softmax(-1) == 0).sum().item()


def check_block_norms__norm_parameters(*, n: int, d: int) -> float:
    with torch.device("meta"):
        blocks = [nn.ModuleList([nn.LayerNorm(d), nn.LayerNorm(d)]) for _ in range(n)]
        model = nn.ModuleList([*blocks, nn.LayerNorm(d)])
    return sum(p.numel() for p in model.parameters())


def check_block_order__toy_block(*, a: float, f: float, x: float) -> float:
    stream = x
    for factor in (a, f):
        stream = stream + factor * stream
    return stream


# ---------------------------------------------------------------- positions


def check_position_frequencies__turns(*, t: int, d: int, b: float) -> float:
    """Divide by the ratio of neighbours until the last pair, then sum up the steps of its angle."""
    ratio = math.exp(math.log(b) * 2 / d)
    frequency = 1.0
    for _ in range(d // 2 - 1):
        frequency /= ratio
    step = torch.polar(torch.tensor(1.0, dtype=torch.float64), torch.tensor(frequency).double())
    angles = step.expand(1000).cumprod(0).angle()  # the first 1000 positions, then in proportion
    moved = (angles.diff() % (2 * math.pi)).sum().item()
    return moved / 999 * t / (2 * math.pi)


def check_position_pairing__new_index(*, d: int, k: int) -> float:
    """Move numbered features: all first partners, then all second ones."""
    pairs = [(i, i + 1) for i in range(0, d, 2)]
    halves = [first for first, _ in pairs] + [second for _, second in pairs]
    return halves.index(k)


def check_position_precision__spacing(*, p: int) -> float:
    """The next bfloat16 number has the next bit pattern."""
    here = torch.tensor([float(p)]).bfloat16()
    after = (here.view(torch.int16) + 1).view(torch.bfloat16)
    return (after.double() - here.double()).item()


def check_position_rotation__first_feature(*, x: float, y: float, m: int, t: float) -> float:
    turn = complex(math.cos(t), math.sin(t)) ** m
    return (complex(x, y) * turn).real


# ---------------------------------------------------------------- tokenizer


def merge(ids: list, pair: tuple, new: object) -> list:
    out: list = []
    for item in ids:
        if out and not isinstance(out[-1], Used) and (out[-1], item) == pair:
            out[-1] = Used(new)
        else:
            out.append(item)
    return [item.value if isinstance(item, Used) else item for item in out]


class Used:
    """A merged id: it cannot be merged again in the same pass."""

    def __init__(self, value: object) -> None:
        self.value = value


def check_tokenizer_bpe_training__run(*, n: int) -> float:
    ids = list(b"z" * n)
    pair = Counter(pairwise(ids)).most_common(1)[0][0]
    return len(merge(ids, pair, 256))


def check_tokenizer_merge_order__doubling(*, n: int) -> float:
    ids = list("ab" * n)
    for pair in (("a", "b"), ("ab", "ab"), ("abab", "abab")):
        ids = merge(ids, pair, pair[0] + pair[1])
    return len(ids)


def check_tokenizer_decoding__replacement(*, n: int, b: int) -> float:
    text = {2: "\u00e9", 3: "\u4e2d", 4: "\U0001f600"}[b] * n
    data = text.encode("utf-8")
    assert len(data) == n * b
    return "".join(bytes([x]).decode("utf-8", "replace") for x in data).count("\ufffd")


def check_tokenizer_pre_tokens__pairs(*, w: int, c: int) -> float:
    text = " ".join(["abcdefgh"[:c]] * w)
    return sum(len(list(pairwise(t.encode("utf-8")))) for t in PATTERN.findall(text))


# ---------------------------------------------------------------- torch


def check_torch_autograd__derivative(*, a: float, b: float) -> float:
    x = torch.tensor([a, b], dtype=torch.float64, requires_grad=True)
    (x / x.square().mean().sqrt())[0].backward()
    return x.grad[0].item()


def check_torch_contiguous__stride(*, h: int, d: int) -> float:
    return torch.empty(2, 5, h, d, device="meta").transpose(1, 2).stride(2)


def check_torch_dtype__extra_bytes(*, b: int, l: int, d: int) -> float:  # noqa: E741
    x = torch.empty(b, l, d, dtype=torch.bfloat16, device="meta")
    return x.float().nbytes - x.nbytes


def check_torch_in_place__scaled_again(*, d: int, n: int) -> float:
    query = torch.ones(3, d, dtype=torch.float64)

    def attend(query: Tensor) -> None:
        query *= 1 / math.sqrt(d)

    for _ in range(n):
        attend(query)
    return 1 / query[0, 0].item()


def check_torch_leading_dimensions__angles(*, b: int, l: int, k: int) -> float:  # noqa: E741
    return (torch.arange(l).expand(b, 1, l)[..., None] * torch.ones(k)).numel()


def check_torch_state__table_growth(*, t: int, k: int) -> float:
    cache = {}
    for length in range(1, t + 1):
        angles = torch.empty(length, k, device="meta")
        cache[length] = angles.cos(), angles.sin()
    return sum(table.nbytes for tables in cache.values() for table in tables)
