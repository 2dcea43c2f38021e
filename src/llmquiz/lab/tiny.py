"""A language model small enough to be trained inside an experiment, with four kinds of positions.

B batch, T tokens, H heads, D width, d head width. It reads bytes of the standard library's sources.
"""

from __future__ import annotations

import math
from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from llmquiz.lab.ladder.data import standard_library
from llmquiz.lab.parts import frequencies, rope

D, HEADS, LAYERS, BATCH = 32, 4, 2, 16
POSITIONS = ("rope", "alibi", "sinusoidal", "none")


class TinyLM(nn.Module):
    """Pre-norm blocks of attention and a GELU network. `base` is RoPE's, and may be changed."""

    def __init__(self, positions: str) -> None:
        super().__init__()
        self.positions, self.base = positions, 10000.0
        self.embedding = nn.Embedding(128, D)
        nn.init.normal_(self.embedding.weight, std=0.5)
        self.qkv = nn.ModuleList(nn.Linear(D, 3 * D, bias=False) for _ in range(LAYERS))
        self.out = nn.ModuleList(nn.Linear(D, D, bias=False) for _ in range(LAYERS))
        self.ffn = nn.ModuleList(
            nn.Sequential(nn.Linear(D, 4 * D), nn.GELU(), nn.Linear(4 * D, D))
            for _ in range(LAYERS)
        )
        self.head = nn.Linear(D, 128, bias=False)
        self.weights: list[Tensor] = []  # of the last forward pass, layer by layer: (B, H, T, T)

    def forward(self, ids: Tensor) -> Tensor:
        length = ids.shape[1]
        x = self.embedding(ids)  # (B, T, D)
        at = torch.arange(length)
        if self.positions == "sinusoidal":
            angles = at[:, None] * frequencies(D).float()
            x = x + 0.5 * torch.cat((angles.sin(), angles.cos()), -1)
        bias = torch.full((length, length), -math.inf).triu(1)
        if self.positions == "alibi":
            slopes = 2.0 ** -(8 * torch.arange(1, HEADS + 1) / HEADS)
            bias = bias - slopes[:, None, None] * (at[:, None] - at).clamp(min=0)
        self.weights = []
        for qkv, out, ffn in zip(self.qkv, self.out, self.ffn, strict=True):
            u = F.rms_norm(x, (D,))
            q, k, v = qkv(u).unflatten(-1, (3, HEADS, -1)).permute(2, 0, 3, 1, 4)  # (B, H, T, d)
            if self.positions == "rope":
                q, k = rope(q, at, self.base), rope(k, at, self.base)
            weights = (q @ k.mT * q.shape[-1] ** -0.5 + bias).softmax(-1)
            self.weights.append(weights.detach())
            x = x + out((weights @ v).transpose(1, 2).flatten(2))
            x = x + ffn(F.rms_norm(x, (D,)))
        return self.head(F.rms_norm(x, (D,)))


@cache
def text() -> Tensor:
    """ASCII of the standard library's sources."""
    ascii_only = standard_library(200_000).encode("ascii", errors="replace")
    return torch.frombuffer(bytearray(ascii_only), dtype=torch.uint8).long()


def windows(judged: bool, count: int, length: int, generator: torch.Generator) -> Tensor:
    """Drawn pieces of the text, (count, length + 1); the last tenth is for judging."""
    ids = text()
    cut = len(ids) * 9 // 10
    ids = ids[cut:] if judged else ids[:cut]
    starts = torch.randint(len(ids) - length - 1, (count, 1), generator=generator)
    return ids[starts + torch.arange(length + 1)]


def trained(seed: int, positions: str, length: int, steps: int) -> TinyLM:
    torch.manual_seed(seed)
    model = TinyLM(positions)
    optimiser = torch.optim.AdamW(model.parameters(), lr=5e-3, betas=(0.9, 0.95))
    generator = torch.Generator().manual_seed(seed)
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = 5e-3 * min(1, (step + 1) / 20) * (1 - 0.9 * step / steps)
        rows = windows(False, BATCH, length, generator)
        loss = F.cross_entropy(model(rows[:, :-1]).flatten(0, 1), rows[:, 1:].flatten())
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
    return model


def loss_at(model: TinyLM, length: int) -> float:
    """Nats a byte on windows of this length, always the same text."""
    rows = windows(True, 2048 // length * 4, length, torch.Generator().manual_seed(7))
    with torch.no_grad():
        logits = model(rows[:, :-1])
    return float(F.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten()))
