"""What a submission's text names is seen without running it."""

from __future__ import annotations

import pytest

from llmquiz.grading.mentions import mentions

NAME = "scaled_dot_product_attention"


@pytest.mark.parametrize(
    "source",
    [
        f"import torch\ntorch.nn.functional.{NAME}(q, k, v)",
        f"import torch.nn.functional as F\nf = F.{NAME}",
        f"from torch.nn import functional as X\nX.{NAME}(q, k, v)",
        f"from torch.nn.functional import {NAME} as easy\neasy(q, k, v)",
    ],
)
def test_a_refused_call_is_found_under_any_alias(source: str) -> None:
    assert [line for line, _ in mentions(source, [NAME])] == [2]


@pytest.mark.parametrize(
    "source",
    [
        f"def {NAME}(q, k, v):\n    return q\n{NAME}(1, 2, 3)",
        f"class A:\n    def f(self): return self.{NAME}",
        f"# torch.nn.functional.{NAME}\n'F.{NAME}'",
        "not python (",
        "\0",
    ],
)
def test_a_name_of_ones_own_a_comment_and_a_text_are_no_call(source: str) -> None:
    assert mentions(source, [NAME]) == []
