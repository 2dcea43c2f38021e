"""An independent value for each numeric question, got without its formula."""

import itertools
import math
import random
import re
from collections import Counter
from itertools import pairwise

import torch

torch.set_num_threads(1)


def check_position_why__distinct_outputs(*, n: int) -> float:
    """Run the layer on every past and count the outputs."""
    torch.manual_seed(0)
    table = torch.randn(3, 6, dtype=torch.float64)
    w_query, w_key, w_value = torch.randn(3, 6, 6, dtype=torch.float64)
    pasts = torch.tensor(list(itertools.product(range(3), repeat=n)))
    ids = torch.cat((pasts, torch.zeros(len(pasts), 1, dtype=torch.long)), 1)
    x = table[ids]  # (3**n, n + 1, 6)
    scores = (x[:, -1:] @ w_query) @ (x @ w_key).mT / math.sqrt(6)
    out = torch.softmax(scores, -1) @ (x @ w_value)
    return len({tuple(round(v, 8) for v in row) for row in out[:, 0].tolist()})


def turns(x: torch.Tensor, position: float, base: float) -> torch.Tensor:
    """Rotate the adjacent pairs of x as complex numbers."""
    pairs = torch.view_as_complex(x.unflatten(-1, (-1, 2)).contiguous())
    steps = torch.arange(len(pairs), dtype=torch.float64)
    angles = position * torch.exp(-steps / len(pairs) * math.log(base))
    return torch.view_as_real(pairs * torch.polar(torch.ones_like(angles), angles)).flatten(-2)


def angle_per_step(d: int, base: float) -> torch.Tensor:
    """What each pair turns in one position, measured on rotated vectors."""
    x = torch.tensor([1.0, 0.0], dtype=torch.float64).repeat(d // 2)
    y = turns(x, 1.0, base)
    return torch.atan2(y[1::2], y[0::2])


def check_position_rope__wavelength(*, b: float, d: int, i: int) -> float:
    return 2 * math.pi / angle_per_step(d, b)[i].item()


def check_position_rope__slow_pairs(*, b: float, d: int, t: int) -> float:
    """Pairs whose summed angle after t positions is still below one turn."""
    return sum(step * t < 2 * math.pi for step in angle_per_step(d, b).tolist())


def check_position_design__alibi_slope(*, H: int, h: int) -> float:
    slopes = torch.empty(H, dtype=torch.float64)
    slopes[0] = torch.tensor(2.0, dtype=torch.float64) ** (-8 / H)
    for i in range(1, H):
        slopes[i] = slopes[i - 1] * slopes[0]
    return slopes[h - 1].item()


def check_position_design__alibi_ratio(*, m: float, near: int, far: int) -> float:
    length = far + 5
    distances = torch.arange(length - 1, -1, -1, dtype=torch.float64)
    content = torch.linspace(-1, 1, length, dtype=torch.float64)
    content[length - 1 - near] = content[length - 1 - far] = 0.3
    weights = torch.softmax(content - m * distances, -1)
    return (weights[length - 1 - near] / weights[length - 1 - far]).item()


def check_position_long_context__ntk_base(*, b: float, d: int, s: float) -> float:
    """Search the base at which the slowest pair needs s times as many positions for a turn."""
    target = angle_per_step(d, b)[-1].item() / s
    low, high = math.log(b), math.log(b * s * s)
    for _ in range(60):
        middle = (low + high) / 2
        if angle_per_step(d, math.exp(middle))[-1].item() > target:
            low = middle
        else:
            high = middle
    return math.exp(low)


def check_position_long_context__yarn_logits(*, s: float) -> float:
    torch.manual_seed(0)
    q, k = torch.randn(2, 16, dtype=torch.float64)
    factor = 0.1 * math.log(s) + 1
    return ((factor * q) @ (factor * k) / (q @ k)).item()


def join(ids: list[int], pair: tuple[int, int], new: int) -> list[int]:
    out: list[int] = []
    i = 0
    while i < len(ids):
        if tuple(ids[i : i + 2]) == pair:
            out.append(new)
            i += 2
        else:
            out.append(ids[i])
            i += 1
    return out


def small_bpe(ids: list[int], merges: int) -> dict[int, bytes]:
    """The vocabulary after training on the ids of one stretch of bytes."""
    vocabulary = {i: bytes([i]) for i in range(256)}
    for _ in range(merges):
        counts = Counter(pairwise(ids))
        pair = min(counts, key=lambda p: (-counts[p], p))
        new = len(vocabulary)
        vocabulary[new] = vocabulary[pair[0]] + vocabulary[pair[1]]
        ids = join(ids, pair, new)
    return vocabulary


def check_tokenizer_kinds__vocabulary_size(*, m: int, s: int) -> float:
    """A BPE of 20 merges is trained; 50,000 would take minutes, and each merge adds one entry."""
    rng = random.Random(0)
    trained = 20
    vocabulary: dict[int, bytes] = small_bpe([rng.randrange(256) for _ in range(3000)], trained)
    for i in range(s):
        vocabulary[len(vocabulary)] = f"<|special {i}|>".encode()
    return len(vocabulary) + (m - trained)


def check_tokenizer_kinds__score_ratio(*, c: float) -> float:
    size = 2000
    q_bytes, q_pieces = (torch.empty(n, 4, device="meta") for n in (size, round(size / c)))
    return (q_bytes @ q_bytes.T).numel() / (q_pieces @ q_pieces.T).numel()


def check_tokenizer_ideal__vocabulary_cost(*, d: int, v1: int, v2: int) -> float:
    def size(vocabulary: int) -> int:
        with torch.device("meta"):
            model = torch.nn.Sequential(
                torch.nn.Embedding(vocabulary, d), torch.nn.Linear(d, vocabulary, bias=False)
            )
        return sum(p.numel() for p in model.parameters())

    return size(v2) - size(v1)


def check_tokenizer_special__expected_length(*, e: float) -> tuple[float, float]:
    """Sample 200,000 texts step by step."""
    generator = torch.Generator().manual_seed(0)
    running, produced, texts = 200_000, 0, 200_000
    while running:
        ended = int((torch.rand(running, generator=generator, dtype=torch.float64) < e).sum())
        running -= ended
        produced += running
    return produced / texts, 0.03


def check_tokenizer_special__still_running(*, e: float, n: int) -> float:
    """The Markov chain of two states, running and ended."""
    step = torch.tensor([[1 - e, e], [0.0, 1.0]], dtype=torch.float64)
    state = torch.tensor([1.0, 0.0], dtype=torch.float64)
    for _ in range(n):
        state = state @ step
    return state[0].item()


def check_tokenizer_pathologies__digit_tokens(*, g: int, k: int) -> float:
    number = "7" * k
    return len(re.findall(rf"\d{{1,{g}}}", number))


def check_tokenizer_pathologies__first_group_value(*, k: int) -> float:
    """Set all digits after the first group to zero and divide the number by the group."""
    groups = re.findall(r"\d{1,3}", "123" + "0" * (k - 3))
    return round(math.log10(int("".join(groups)) / int(groups[0])))


def check_tokenizer_bytes__utf8_length(*, a: int, n: int, x: int) -> float:
    common = "的一是不了人我在有他这中大来上"
    text = "a" * a + "".join(common[i % len(common)] for i in range(n)) + chr(0x1F600) * x
    return len(text.encode("utf-8"))


def check_tokenizer_bytes__longest_token(*, k: int) -> float:
    """Train on one repeated letter, which reaches the bound."""
    vocabulary = small_bpe([97] * 2 ** (k + 1), k)
    return max(map(len, vocabulary.values()))


def check_tokenizer_chat_template__control_ids(*, n: int, f: int) -> float:
    contents = ["hello"] * n
    contents[0] += " <|end|>" * f
    rendered = "".join(f"<|start|>user\n{content}<|end|>" for content in contents)
    rendered += "<|start|>assistant\n"
    special = {"<|start|>": 256, "<|end|>": 257}
    ids: list[int] = []
    for piece in re.split(r"(<\|start\|>|<\|end\|>)", rendered):
        ids += [special[piece]] if piece in special else list(piece.encode())
    return sum(i > 255 for i in ids)
