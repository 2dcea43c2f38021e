"""The attack corpus: each attack wins without what stops it, and none wins at a level of ours.

`tests/attacks/runner.py` runs the corpus in processes of its own: a judge that hangs, crashes or
is taken over is a result there, and not the end of these tests.
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections import Counter
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
spec = importlib.util.spec_from_file_location("attack_runner", HERE / "attacks" / "runner.py")
assert spec is not None
assert spec.loader is not None
runner = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = runner
spec.loader.exec_module(runner)

CORPUS = runner.attacks()
NOISY = sorted(path.stem for path in runner.NOISY.glob("*.py"))
LEAST = {
    "reading": 25, "forging": 25, "dying": 12, "exhausting": 15,
    "reaching": 20, "staying": 8, "confusing": 15,
}  # fmt: skip

linux = pytest.mark.skipif(sys.platform != "linux", reason="the layers are Linux's")


def test_the_corpus_has_its_numbers_and_classes() -> None:
    counts = Counter(attack.kind for attack in CORPUS)
    assert len(CORPUS) >= 110
    assert set(counts) == set(runner.CLASSES)
    assert {kind: n for kind, n in LEAST.items() if counts[kind] < n} == {}
    assert len(NOISY) >= 12


def test_every_placeholder_is_one_that_the_runner_fills_in() -> None:
    stage = runner.Stage()
    try:
        for attack in CORPUS:
            if attack.path.name != "make.py":
                stage.fill(attack.path.read_text(encoding="utf-8"))
    finally:
        stage.close()


@linux
@pytest.mark.parametrize("without", ["bare", "naive"])
def test_every_attack_wins_without_what_stops_it(without: str) -> None:
    """Without layers those that a layer stops; the others against a naive judge."""
    corpus = [
        attack
        for attack in CORPUS
        if attack.is_naive == (without == "naive") and not attack.residual
    ]
    result = runner.run(without, names=[attack.name for attack in corpus], noisy=False)
    lost = [attack for attack in corpus if not result.outcomes[attack.name].won]
    if lost:  # on a slow machine a deadline can come before the attack is through
        result = runner.run(without, names=[attack.name for attack in lost], noisy=False)
        lost = [attack for attack in lost if not result.outcomes[attack.name].won]
    for attack in lost:
        if attack.needs:
            print(f"not shown here: {attack.name} needs {attack.needs}")
    evidence = {a.name: result.outcomes[a.name].evidence for a in lost if not a.needs}
    assert evidence == {}
    assert len(lost) < len(corpus) / 4


@linux
@pytest.mark.parametrize("user", runner.users())
@pytest.mark.parametrize("level", ["isolated", "confined", "no-open"])
def test_no_attack_wins_and_noise_costs_nothing(level: str, user: str | None) -> None:
    """Nothing that the level claims to stop wins; right but noisy solutions get all points."""
    _hold(level, user, thorough=False)


@linux
@pytest.mark.thorough
@pytest.mark.parametrize("user", runner.users())
@pytest.mark.parametrize("level", ["isolated", "confined", "no-open"])
def test_no_attack_wins_at_any_level(level: str, user: str | None) -> None:
    """The same with all attacks everywhere, also those that no layer has to do with."""
    _hold(level, user, thorough=True)


def _hold(level: str, user: str | None, thorough: bool) -> None:
    result = runner.run(level, user, runner.worth_trying(level, user, thorough))
    if result.unavailable:
        pytest.skip(f"no level {level} here: {result.unavailable}")
    assert runner.breaches(result) == {}
    assert {name: found for name, found in result.noisy.items() if found[0] != found[1]} == {}
    assert sorted(result.noisy) == NOISY


@linux
@pytest.mark.thorough
@pytest.mark.parametrize("layer", sorted(runner.LAYERS))
def test_a_layer_alone_stops_what_it_is_said_to_stop(layer: str) -> None:
    names = [a.name for a in CORPUS if layer in a.stopped_by and not a.is_naive]
    if not names:
        pytest.skip("nothing is said to be stopped by it alone")
    if layer == "bubblewrap" and not shutil.which("bwrap"):
        pytest.skip("bubblewrap is not installed")
    result = runner.run(layer, names=names, noisy=False)
    if result.unavailable:
        pytest.skip(result.unavailable)
    assert result.won() == {}


@linux
def test_a_level_that_is_not_there_is_told() -> None:
    result = runner.run("bubblewrap+landlock+nonsense", names=["reading/open_hidden"], noisy=False)
    assert result.unavailable
