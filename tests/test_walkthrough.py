"""From an empty folder to "all done", as a learner goes, wrong turns included."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOLERANCE = re.compile(r"\d+(\.\d+)?e-\d+")


@pytest.mark.parametrize(("lang", "name"), [("en", "walkthrough.md"), ("zh", "walkthrough.zh.md")])
def test_the_way_to_all_done_is_as_the_document_tells_it(
    lang: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    from walkthrough import walk, warm_sandbox

    monkeypatch.setenv("LLMQUIZ_LANG", lang)
    with warm_sandbox():
        me = walk(lang, tmp_path)
    assert me.codes[-2:] == [0, 0]
    assert {0, 1, 2} == set(me.codes)  # right, wrong and refused; never a fault of ours
    assert "6/6" in me.parts[-1]
    document = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert TOLERANCE.sub("e", me.text()) == TOLERANCE.sub("e", document), "run: make docs"
