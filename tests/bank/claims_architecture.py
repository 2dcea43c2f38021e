"""What answers of the bank state as [#name], computed anew."""

import math
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn import functional

from llmquiz.lab.ladder.parts import REFERENCES
from llmquiz.lab.ladder.rungs import BY_NAME, Size
from llmquiz.lab.ladder.train import INDUCTION_SYMBOLS, Data, train

torch.set_num_threads(1)


def _seed(number: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(number)


def test_norm_invariances() -> None:
    """Both norms ignore a factor; only LayerNorm ignores a shift; on rows of mean zero they agree."""
    width = 256
    x = torch.randn(16, width, generator=_seed(), dtype=torch.float64) + 0.7
    weight = torch.randn(width, width, generator=_seed(1), dtype=torch.float64)

    def layer(v: Tensor) -> Tensor:
        return functional.layer_norm(v, (width,), eps=0.0)

    def rms(v: Tensor) -> Tensor:
        return functional.rms_norm(v, (width,), eps=0.0)

    for norm in (layer, rms):
        assert torch.allclose(norm(5 * x), norm(x), atol=1e-12)
        assert torch.allclose(norm(x @ (3 * weight)), norm(x @ weight), atol=1e-12)
    assert torch.allclose(layer(x + 3), layer(x), atol=1e-12)
    assert (rms(x + 3) - rms(x)).abs().max() > 0.5
    centred = x - x.mean(-1, keepdim=True)
    assert torch.allclose(layer(centred), rms(centred), atol=1e-12)
    assert sum(p.numel() for p in nn.LayerNorm(width).parameters()) == 2 * width
    assert sum(p.numel() for p in nn.RMSNorm(width).parameters()) == width


def test_norm_share_saving() -> None:
    """A part of 5 % of the time that gets 64 % shorter saves 3.2 % in all."""
    before = {"norms": 5.0, "rest": 95.0}
    after = {**before, "norms": before["norms"] * (1 - 0.64)}
    saved = 1 - sum(after.values()) / sum(before.values())
    assert math.isclose(saved, 0.032, rel_tol=1e-9)


class _Block(nn.Module):
    """A causal block with LayerNorm, Xavier-initialised; `place` says where the norms are."""

    def __init__(self, width: int, heads: int, place: str) -> None:
        super().__init__()
        self.heads, self.place = heads, place
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.up = nn.Linear(width, 4 * width)
        self.down = nn.Linear(4 * width, width)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        for layer in (self.qkv, self.out, self.up, self.down):
            nn.init.xavier_normal_(layer.weight)
            nn.init.zeros_(layer.bias)

    def attend(self, x: Tensor) -> Tensor:
        batch, length, width = x.shape
        shape = (batch, length, 3, self.heads, width // self.heads)
        q, k, v = self.qkv(x).view(shape).permute(2, 0, 3, 1, 4)
        heads = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.out(heads.transpose(1, 2).reshape(batch, length, width))

    def feed(self, x: Tensor) -> Tensor:
        return self.down(torch.relu(self.up(x)))

    def forward(self, x: Tensor) -> Tensor:
        if self.place == "pre":
            x = x + self.attend(self.norm1(x))
            return x + self.feed(self.norm2(x))
        x = self.norm1(x + self.attend(x))
        return self.norm2(x + self.feed(x))


def _last_gradient(place: str, depth: int) -> float:
    """Norm of the gradient of the last down-projection at initialisation, mean over three seeds."""
    norms = []
    for seed in range(3):
        torch.manual_seed(seed)
        width, classes = 64, 50
        blocks = nn.Sequential(*(_Block(width, 4, place) for _ in range(depth)))
        final = nn.LayerNorm(width) if place == "pre" else nn.Identity()
        head = nn.Linear(width, classes)
        x = torch.randn(4, 32, width)
        targets = torch.randint(classes, (4 * 32,))
        functional.cross_entropy(head(final(blocks(x))).flatten(0, 1), targets).backward()
        norms.append(blocks[-1].down.weight.grad.norm().item())
    return sum(norms) / len(norms)


def test_prepost_last_gradient() -> None:
    """From 2 to 24 blocks the last FFN gradient more than halves under pre-norm and does not fall under post-norm."""
    assert _last_gradient("pre", 24) < 0.5 * _last_gradient("pre", 2)
    assert _last_gradient("post", 24) > _last_gradient("post", 2)


def test_jacobian_of_residual() -> None:
    """The Jacobian of x + f(x) is that of f plus the identity."""
    weight = torch.randn(6, 6, generator=_seed(), dtype=torch.float64)
    x = torch.randn(6, generator=_seed(1), dtype=torch.float64)
    plain = torch.autograd.functional.jacobian(lambda v: torch.tanh(weight @ v), x)
    skip = torch.autograd.functional.jacobian(lambda v: v + torch.tanh(weight @ v), x)
    assert torch.allclose(skip, plain + torch.eye(6, dtype=torch.float64))


def test_residual_growth() -> None:
    """32 writes of unit variance bring the standard deviation to about 5.7; scaled by 1/sqrt(32), to about 1.4."""
    width, blocks = 256, 16
    generator = _seed()
    plain = torch.randn(256, width, generator=generator)
    scaled = plain.clone()
    for _ in range(2 * blocks):
        weight = torch.randn(width, width, generator=generator) / width**0.5
        plain = plain + functional.layer_norm(plain, (width,)) @ weight
        scaled = scaled + functional.layer_norm(scaled, (width,)) @ weight / math.sqrt(2 * blocks)
    assert math.isclose(plain.std().item(), 5.7, rel_tol=0.03)
    assert math.isclose(scaled.std().item(), 1.4, rel_tol=0.03)


def _distance_to_equal_tokens(depth: int, *, skip: bool, causal: bool, ffn: bool = False) -> float:
    """|X - mean token| / |X| after `depth` random attention layers; mean over five seeds."""
    length, width, heads, distances = 32, 64, 4, []
    for seed in range(5):
        generator = _seed(seed)

        def random(*shape: int, generator: torch.Generator = generator) -> Tensor:
            return torch.randn(*shape, generator=generator, dtype=torch.float64)

        x = random(length, width)
        for _ in range(depth):
            w_q, w_k, w_v, w_o = random(4, width, width) / width**0.5
            q, k, v = ((x @ w).view(length, heads, -1).transpose(0, 1) for w in (w_q, w_k, w_v))
            scores = q @ k.mT / math.sqrt(width // heads)
            if causal:
                scores = scores.masked_fill(torch.ones(length, length).triu(1).bool(), -math.inf)
            y = (scores.softmax(-1) @ v).transpose(0, 1).reshape(length, width) @ w_o
            x = x + y if skip else y
            if ffn:
                up = random(width, 4 * width) * math.sqrt(2 / width)
                y = torch.relu(x @ up) @ (random(4 * width, width) / math.sqrt(4 * width))
                x = x + y if skip else y
        distances.append(((x - x.mean(0)).norm() / x.norm()).item())
    return sum(distances) / len(distances)


def test_rank_collapse_depth() -> None:
    """Without skips all tokens are equal after four random layers, an FFN or not; with skips not after twelve."""
    assert _distance_to_equal_tokens(0, skip=False, causal=False) > 0.95
    assert _distance_to_equal_tokens(4, skip=False, causal=False) < 1e-10
    assert _distance_to_equal_tokens(4, skip=False, causal=False, ffn=True) < 1e-10
    assert _distance_to_equal_tokens(12, skip=True, causal=False) > 0.2
    slow = _distance_to_equal_tokens(4, skip=False, causal=True)
    assert 0.1 < slow < 0.4
    assert _distance_to_equal_tokens(12, skip=False, causal=True) < 0.02


def test_ffn_without_activation() -> None:
    """Without a non-linearity the two matrices of a 4x FFN are one matrix of rank at most d."""
    width = 32
    up, down = nn.Linear(width, 4 * width, bias=False), nn.Linear(4 * width, width, bias=False)
    x = torch.randn(200, width, generator=_seed())
    merged = (down.weight @ up.weight).detach()
    assert merged.shape == (width, width)
    assert torch.allclose(down(up(x)), x @ merged.T, atol=1e-5)
    bent = down(functional.gelu(up(x)))
    best = torch.linalg.lstsq(x, bent).solution
    assert (x @ best - bent).norm() > 0.1 * bent.norm()


def test_ffn_parameters() -> None:
    """At d = 4096 a 4x FFN has 134,217,728 weights, SwiGLU of 11,008 has 135,266,304; FFN is 2/3 of the block."""
    width = 4096
    with torch.device("meta"):
        plain = [nn.Linear(width, 4 * width, bias=False), nn.Linear(4 * width, width, bias=False)]
        gated = [nn.Linear(width, 11008, bias=False) for _ in range(2)]
        gated.append(nn.Linear(11008, width, bias=False))
        attention = [nn.Linear(width, width, bias=False) for _ in range(4)]
    count = [sum(m.weight.numel() for m in part) for part in (plain, gated, attention)]
    assert count[:2] == [134_217_728, 135_266_304]
    assert math.isclose(count[0] / (count[0] + count[2]), 2 / 3)
    assert 0.007 < count[1] / count[0] - 1 < 0.0085


def _decoder_on_meta(
    *, vocabulary: int, width: int, layers: int, kv_width: int, hidden: int, experts: int = 1
) -> int:
    """Parameters of an untied, bias-free decoder with RMSNorm, grouped heads and SwiGLU FFNs."""
    with torch.device("meta"):
        block = [nn.Linear(width, size, bias=False) for size in (width, kv_width, kv_width, width)]
        for _ in range(experts):
            block += [nn.Linear(width, hidden, bias=False) for _ in range(2)]
            block.append(nn.Linear(hidden, width, bias=False))
        block += [nn.RMSNorm(width), nn.RMSNorm(width)]
        ends = [nn.Embedding(vocabulary, width), nn.Linear(width, vocabulary, bias=False)]
        ends.append(nn.RMSNorm(width))
    one = sum(p.numel() for module in block for p in module.parameters())
    return layers * one + sum(p.numel() for module in ends for p in module.parameters())


def test_mixtral_parameters() -> None:
    """Counted from its configuration: 46.7 billion in all, 12.9 billion at work for a token."""
    shape = {"vocabulary": 32000, "width": 4096, "layers": 32, "kv_width": 1024, "hidden": 14336}
    routers = 32 * 4096 * 8
    assert round((_decoder_on_meta(**shape, experts=8) + routers) / 1e9, 1) == 46.7
    assert round((_decoder_on_meta(**shape, experts=2) + routers) / 1e9, 1) == 12.9


def test_llama3_8b_parameters() -> None:
    """8,030,261,248 from the configuration; the untied head is 525,336,576 of them, 6.5 %."""
    total = _decoder_on_meta(vocabulary=128256, width=4096, layers=32, kv_width=1024, hidden=14336)
    assert total == 8_030_261_248
    assert 128256 * 4096 == 525_336_576
    assert round(100 * 128256 * 4096 / total, 1) == 6.5


def test_gpt2_small_parameters() -> None:
    """124,439,808 tied, 163,037,184 untied; the shared matrix is 38,597,376, 31 % of the tied model."""
    width, layers, vocabulary = 768, 12, 50257
    with torch.device("meta"):
        block = [nn.Linear(width, 3 * width), nn.Linear(width, width), nn.Linear(width, 4 * width)]
        block += [nn.Linear(4 * width, width), nn.LayerNorm(width), nn.LayerNorm(width)]
        ends = [nn.Embedding(vocabulary, width), nn.Embedding(1024, width), nn.LayerNorm(width)]
        head = nn.Linear(width, vocabulary, bias=False)
    one = sum(p.numel() for module in block for p in module.parameters())
    total = layers * one + sum(p.numel() for module in ends for p in module.parameters())
    assert total == 124_439_808
    assert head.weight.numel() == 38_597_376
    assert total + head.weight.numel() == 163_037_184
    assert round(100 * head.weight.numel() / total) == 31


def test_short_formula() -> None:
    """12 L d^2 + V d gives 123.5 million for GPT-2 small, less than 1 % off."""
    short = 12 * 12 * 768**2 + 50257 * 768
    assert round(short / 1e6, 1) == 123.5
    assert abs(short / 124_439_808 - 1) < 0.01


def test_aspect_ratios() -> None:
    """Width over layers: GPT-2 small 64, Llama 3 8B 128."""
    assert 768 / 12 == 64
    assert 4096 / 32 == 128


def test_causal_rank() -> None:
    """Random 256 x 256 softmax matrices (d = 16): bidirectional 256, causal numerically no better."""
    length, width = 256, 16
    q, k = torch.randn(2, length, width, generator=_seed(), dtype=torch.float64)
    scores = q @ k.T / math.sqrt(width)
    mask = torch.ones(length, length).triu(1).bool()
    full = torch.linalg.matrix_rank(scores.softmax(-1)).item()
    causal = torch.linalg.matrix_rank(scores.masked_fill(mask, -math.inf).softmax(-1)).item()
    assert full == 256
    assert causal <= full


def test_tied_gradient() -> None:
    """The gradient of a tied matrix is the sum of the gradients that its two copies would get."""
    torch.manual_seed(0)
    shared = torch.randn(11, 8, dtype=torch.float64)
    ids, targets = torch.randint(11, (5,)), torch.randint(11, (5,))

    def loss(embedding: Tensor, head: Tensor) -> Tensor:
        return functional.cross_entropy(torch.tanh(embedding[ids]) @ head.T, targets)

    first, second = (shared.clone().requires_grad_() for _ in range(2))
    loss(first, second).backward()
    tied = shared.clone().requires_grad_()
    loss(tied, tied).backward()
    assert torch.allclose(tied.grad, first.grad + second.grad)


def test_tied_logit_scale() -> None:
    """D = 768, hidden state of RMS 1: weights of std 0.02 give logits of std about 0.55, of std 1 about 28."""
    width, vocabulary = 768, 4000
    hidden = functional.rms_norm(torch.randn(width, generator=_seed()), (width,))
    unit = torch.randn(vocabulary, width, generator=_seed(1)) @ hidden
    assert math.isclose(0.02 * unit.std().item(), 0.55, rel_tol=0.05)
    assert math.isclose(unit.std().item(), 28, rel_tol=0.05)


def test_distinct_experts() -> None:
    """Two of eight experts per token, spread evenly: sixteen tokens together need 7.9 of the eight."""
    torch.manual_seed(0)
    choice = torch.rand(20000, 16, 8).argsort(-1)[..., :2].flatten(1)
    used = functional.one_hot(choice, 8).amax(1).sum(-1).double().mean().item()
    assert round(used, 1) == 7.9


def test_tent_pieces() -> None:
    """The tent map composed with itself k times has 2^k linear pieces."""
    for times in (1, 4, 8):
        x = torch.arange(2**12 + 1, dtype=torch.float64) / 2**12
        for _ in range(times):
            x = torch.minimum(2 * x, 2 - 2 * x)
        slope = x.diff()
        assert 1 + (slope.diff().abs() > 1e-12).sum().item() == 2**times


def test_memory_of_eight_billion() -> None:
    """Mixed-precision Adam: 2 + 2 + 4 + 4 + 4 bytes; 8 billion parameters need 128 GB."""
    half, full = torch.tensor([], dtype=torch.float16), torch.tensor([])
    each = 2 * half.element_size() + 3 * full.element_size()
    assert each == 16
    assert 8e9 * each == 128e9


def test_induction_one_layer() -> None:
    """Trained to copy as in the lab `ablation`, one layer with RoPE gets less than half right."""
    data = Data(torch.empty(0), torch.empty(0), INDUCTION_SYMBOLS)
    one = replace(BY_NAME["heads"], rope=True)
    assert (one.layers, one.residual, one.norm, one.ffn) == (1, True, "layer", "gelu")
    *_, last = train(REFERENCES, one, data, Size(), 0, "cpu")
    assert 0.2 < last["record"]["accuracy"] < 0.45
