"""What the labs refuted, and the numbers of labs that answers tell, against docs/labs/results.json.

The numbers in the answers are rounded so that every seed agrees with them. What the ladder gives
on the task of copying, `llmquiz lab ablation --data induction --json` has printed.
"""

from __future__ import annotations

import json
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from llmquiz.quiz.source import read

ROOT = Path(__file__).parents[2]
RESULTS = json.loads((ROOT / "docs" / "labs" / "results.json").read_text(encoding="utf-8"))
COPYING = json.loads((ROOT / "docs/labs/ablation-induction.json").read_text(encoding="utf-8"))
QUESTIONS = read(ROOT / "questions.yaml").data["questions"]

# What people say and a lab refuted: the lab's main question, and where that one says so. A name
# is that of a misconception, anything else stands in the answer.
TOLD = {
    ("aligned-keys", "The factor must be sqrt(d_k): nothing else computes the same"): (
        "attention.scale",
        "A constant factor can be moved into $W_q$ without changing the function",
    ),
    ("heads", "More heads need more FLOPs"): ("attention.heads", "more-parameters"),
    ("dropout", "A row of dropped weights still sums to one"): (
        "attention.dropout",
        "A row then sums to 1 in expectation only",
    ),
    ("dropout", "eval() turns all dropout off"): ("attention.dropout", "eval-is-enough"),
    ("dropout", "The expectation survives a ReLU"): ("attention.dropout", "expectation"),
    ("sinks", "Every trained model has sinks at its first token"): (
        "attention.sink",
        "Not every trained model has them",
    ),
    ("rope-shift", "That fall is monotone"): ("position.rope", "monotone"),
    ("rope-shift", "RoPE decays with distance in general"): (
        "position.rope",
        "for independent Gaussian q and k nothing decays",
    ),
    ("rope-length", "RoPE reads any length, since it knows distances only"): (
        "position.rope",
        "extrapolates",
    ),
    ("sinusoidal", "The dot product tells left from right"): (
        "position.why",
        "whose product alone does not tell left from right",
    ),
    ("nope", "A decoder cannot know positions without a position encoding"): (
        "position.why",
        "gpt-blind",
    ),
    ("norm-invariance", "RMSNorm is faster than LayerNorm"): (
        "norm.rmsnorm-vs-layernorm",
        "always-faster",
    ),
    ("rank-collapse", "A feed-forward network prevents the collapse"): (
        "architecture.depth",
        "norm-prevents",
    ),
    ("rank-collapse", "Normalisation prevents the collapse"): (
        "architecture.depth",
        "norm-prevents",
    ),
    ("boundary-tokens", "Without EOS finite texts have a probability of their own"): (
        "tokenizer.special",
        "Every finite string then has probability 0 as a complete output",
    ),
    ("gqa-cache", "Tiling the heads (repeat) is the same"): (
        "attention.variants",
        "tiling the whole set gives many query heads the keys of another group",
    ),
    ("sampling", "top-k adapts to the model's confidence"): ("inference.sampling", "top-k-adapts"),
    ("speculative", "A worse draft makes worse text"): ("inference.speculative", "quality"),
    ("bf16", "exp(x) / sum exp(x) needs no care in float32"): (
        "training.numerics",
        "float32-exponential",
    ),
    ("ablation", "Each part helps, by more than noise"): ("architecture.ablation", "every-part"),
}


def english(question: str) -> str:
    """The answer and why the misconceptions are wrong."""
    asked = QUESTIONS[question]
    why = (wrong["why"]["en"] for wrong in asked["misconceptions"])
    return " ".join(" ".join([asked["answer"]["en"], *why]).split())


def told(question: str, lab: str, phrase: str) -> None:
    """The phrase, whose numbers the test goes on to compare, is the one that the bank tells."""
    assert phrase in english(question)
    assert f"`{lab}`" in english(question)


def claim(lab: str, text: str) -> list[float]:
    [found] = [c for c in RESULTS[lab]["claims"] if c["text"]["en"] == text]
    return found["value"]["values"]


def row(lab: str, first: Any, table: int = 0) -> list[list[float]]:
    """The cells behind the first one, or two where the second is asked for too."""
    names = first if isinstance(first, tuple) else (first,)
    for cells in RESULTS[lab]["tables"][table]["rows"]:
        shown = [c.get("en", "") if isinstance(c, dict) else c for c in cells]
        if tuple(shown[: len(names)]) == names:
            return [c["values"] for c in cells[len(names) :] if isinstance(c, dict)]
    raise AssertionError(first)


def test_all_that_labs_refuted_is_listed() -> None:
    refuted = {
        (name, one["text"]["en"])
        for name, result in RESULTS.items()
        for one in result["claims"]
        if one["popular"] and one["refuted"]
    }
    assert refuted == TOLD.keys()


@pytest.mark.parametrize(("lab", "said"), TOLD)
def test_the_bank_says_what_a_lab_refuted(lab: str, said: str) -> None:
    question, where = TOLD[lab, said]
    asked = QUESTIONS[question]
    assert lab in asked["labs"]
    assert where in {wrong["id"] for wrong in asked["misconceptions"]} or where in english(question)


def test_dropout() -> None:
    told("attention.dropout", "dropout", "by more than a third in this project's lab")
    assert min(claim("dropout", "The expectation survives a ReLU")) > 4 / 3


def test_sinks() -> None:
    told("attention.sink", "sinks", "less than an even share of the weight, on average over the")
    assert max(claim("sinks", "Every trained model has sinks at its first token")) < 1


def test_rank_collapse() -> None:
    told("architecture.depth", "rank-collapse", "Nor does a norm in every layer prevent it")
    told("attention.limits", "rank-collapse", "a norm or an FFN in every layer does not replace")
    for popular in ("A feed-forward network", "Normalisation"):
        assert max(claim("rank-collapse", f"{popular} prevents the collapse")) < 1e-9
    assert min(claim("rank-collapse", "Residual connections prevent it")) > 0.05


def test_rope_length() -> None:
    told("position.rope", "rope-length", "at 8 times the training length was more than 0.5 nats")
    rope, ntk = (row("rope-length", name) for name in ("RoPE", "RoPE, NTK base"))
    lost, left = (
        [[b - a for a, b in zip(one[0], at, strict=True)] for at in one] for one in (rope, ntk)
    )
    assert min(lost[3]) > 0.5

    told("position.long-context", "rope-length", "took back most of the loss that RoPE adds at tw")
    told("position.long-context", "rope-length", "but less than half of it at 8 times")
    assert all(n < 0.5 * r for n, r in zip(left[1], lost[1], strict=True))
    assert all(n > 0.5 * r for n, r in zip(left[3], lost[3], strict=True))


def test_sinusoids_beyond_their_length() -> None:
    told("position.why", "rope-length", "twice the training length already cost more than 0.2 nats")
    once, twice, *_ = row("rope-length", "sinusoidal")
    assert min(b - a for a, b in zip(once, twice, strict=True)) > 0.2


def test_counting_without_positions() -> None:
    assert "it gives a marked first token the weight $1/n$ at position $n$" in english(
        "position.why"
    )
    said = "A decoder cannot know positions without a position encoding"
    assert max(claim("nope", said)) < 1e-9


def test_norm_speed() -> None:
    told("norm.rmsnorm-vs-layernorm", "norm-invariance", "on one CPU, `nn.RMSNorm` took longer")
    assert min(claim("norm-invariance", "RMSNorm is faster than LayerNorm")) > 1.2


def test_residual_stream() -> None:
    told("block.residual", "residual-stream", "more than tenfold from 4 to 48 layers")
    assert min(claim("residual-stream", "With residuals it does not")) > 10


def test_ffn() -> None:
    told("block.ffn", "ffn", "about 0.6, 0.4, 0.2 and 0.1 of the variance of a random")
    left = [mean(row("ffn", ("GELU", ratio))[0]) for ratio in (1, 2, 4, 8)]
    assert [round(share, 1) for share in left] == [0.6, 0.4, 0.2, 0.1]
    assert min(claim("ffn", "Without a non-linearity, width is useless")) > 0.99


def test_bpe() -> None:
    told("tokenizer.kinds", "bpe", "about half as many tokens as bytes")
    assert abs(mean(claim("bpe", "BPE needs far fewer tokens than bytes")) - 0.5) < 0.1
    told("tokenizer.kinds", "bpe", "three tokens a character")
    assert set(claim("bpe", "A language that it was not trained on costs more")) == {3.0}


def test_sampling() -> None:
    told("inference.sampling", "sampling", "at least twice as many tokens of a flat distribution")
    assert min(claim("sampling", "top-p keeps more when the model is unsure")) > 2
    assert {kept for values in row("sampling", "top-k 5", table=1) for kept in values} == {5.0}


def test_speculative() -> None:
    told("inference.speculative", "speculative", "within 0.01 of the target")
    told("inference.speculative", "speculative", "about 0.9 and 0.4 of the drafted tokens")
    near, far = row("speculative", "near"), row("speculative", "far")
    assert max(near[1] + far[1]) < 0.01
    assert [round(mean(draft[2]), 1) for draft in (near, far)] == [0.9, 0.4]


def test_mup() -> None:
    told("training.mup", "mup", "was less than a tenth of that at width 32 in the usual")
    told("training.mup", "mup", "under muP the two were within a factor of 4")
    narrow, wide = row("mup", 32), row("mup", 256)
    usual, transferred = (
        [2 ** (b - a) for a, b in zip(one, other, strict=True)]
        for one, other in zip(narrow, wide, strict=True)
    )
    assert max(usual) < 0.1
    assert all(1 / 4 < ratio < 4 for ratio in transferred)


def _ladder(result: dict[str, Any]) -> dict[str, tuple[float, float, str]]:
    """Of each rung: mean loss, mean share of right guesses, and whether it helped."""
    return {
        cells[0]["en"].strip(): (
            cells[2]["mean"],
            cells[3]["mean"],
            cells[-1].get("en", "") if isinstance(cells[-1], dict) else cells[-1],
        )
        for cells in result["tables"][0]["rows"]
    }


def test_ablation_on_text() -> None:
    question = "architecture.ablation"
    told(question, "ablation", "from 2.7 to about 2.2 bits per byte, thanks to residuals, pre-no")
    rungs = _ladder(RESULTS["ablation"])
    assert round(rungs["bare attention"][0], 1) == 2.7
    assert round(rungs["GQA: 2 kv heads for 4"][0], 1) == 2.2
    helped = [name for name, (_, _, verdict) in rungs.items() if verdict == "helps"]
    assert helped == ["+ residual", "+ pre-norm", "+ FFN (GELU)", "+ second layer", "+ RoPE"]

    told(question, "ablation", "RMSNorm for LayerNorm, SwiGLU for GELU and GQA stayed within noise")
    assert [name for name, (_, _, verdict) in rungs.items() if verdict == "within noise"] == [
        "+ 4 heads",
        "(post- for pre-norm)",
        "RMSNorm for LayerNorm",
        "SwiGLU for GELU",
        "GQA: 2 kv heads for 4",
    ]


def test_ablation_on_copying() -> None:
    question = "architecture.ablation"
    told(question, "ablation", "hardly moved with one layer, from 2.6 to 2.5 nats; the second lay")
    told(question, "ablation", "brought it to 1.6, and RoPE below 0.1, almost everything right")
    rungs = _ladder(COPYING)
    names = ("bare attention", "+ 4 heads", "+ second layer")
    assert [round(rungs[name][0], 1) for name in names] == [2.6, 2.5, 1.6]
    assert rungs["+ RoPE"][0] < 0.1
    assert rungs["+ RoPE"][1] > 0.99

    told("architecture.depth", "ablation", "two layers with RoPE get almost everything right")
    told("architecture.depth", "ablation", "two layers without positions less than half too")
    assert rungs["+ second layer"][1] < 0.48
