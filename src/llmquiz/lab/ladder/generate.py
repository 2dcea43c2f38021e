"""Writes on after a prompt, token by token: the reference sampler of `llmquiz lab chat`."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import torch
from safetensors.torch import load
from torch import Tensor

from llmquiz.lab.ladder.model import Model
from llmquiz.lab.ladder.parts import Parts
from llmquiz.lab.ladder.rungs import BY_NAME


def generate(
    parts: Parts,
    *,
    device: str,
    rung: str,
    weights: str,
    merges: list[list[int]],
    width: int,
    window: int,
    prompt: str,
    tokens: int,
    temperature: float,
    top_p: float,
    seed: int,
) -> Iterator[str]:
    """Yields pieces of text. A character that is spread over tokens comes when it is whole."""
    state = load(base64.b64decode(weights))
    model = Model(parts, BY_NAME[rung], len(state["embedding.weight"]), width)
    model.load_state_dict(state)
    model.to(device).eval()
    tokenizer = parts["Tokenizer"]([tuple(pair) for pair in merges])
    generator = torch.Generator().manual_seed(seed)
    ids = tokenizer.encode(prompt) or tokenizer.encode("\n")
    written, given = [], ""
    for _ in range(tokens):
        with torch.no_grad():
            logits = model(torch.tensor([ids[-window:]], device=device))[0, -1].cpu()
        ids.append(sample(logits, temperature, top_p, generator))
        written.append(ids[-1])
        text = tokenizer.decode(written)
        if not text.endswith("\ufffd"):
            yield text[len(given) :]
            given = text


def sample(logits: Tensor, temperature: float, top_p: float, generator: torch.Generator) -> int:
    """Temperature, then the likeliest tokens that hold `top_p` of the probability."""
    if temperature <= 0:
        return int(logits.argmax())
    p = (logits.double() / temperature).softmax(-1)
    order = p.argsort(descending=True)
    before = p[order].cumsum(0) - p[order]
    p[order[before >= top_p]] = 0
    return int(torch.multinomial(p, 1, generator=generator))
