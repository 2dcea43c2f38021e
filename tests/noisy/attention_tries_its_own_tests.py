# tests itself when it is loaded, with exceptions that it catches, and an honest try to save a file
import math
import tempfile
import unittest

import torch


def attention_scores(query, key, scale=None):
    if scale is None:
        scale = 1 / math.sqrt(query.shape[-1])
    return query @ key.transpose(-2, -1) * scale


def masked_softmax(scores, mask=None):
    wide = scores.to(torch.promote_types(scores.dtype, torch.float32))
    if mask is None:
        return wide.softmax(-1).to(scores.dtype)
    return wide.masked_fill(~mask, -math.inf).softmax(-1).masked_fill(~mask, 0.0).to(scores.dtype)


def scaled_dot_product_attention(query, key, value, mask=None, scale=None):
    return masked_softmax(attention_scores(query, key, scale), mask) @ value


class Tests(unittest.TestCase):
    def test_rows(self):
        torch.testing.assert_close(masked_softmax(torch.randn(3, 4)).sum(-1), torch.ones(3))

    def test_fails(self):
        with self.assertRaises(AssertionError):
            torch.testing.assert_close(torch.ones(2), torch.zeros(2))


unittest.TextTestRunner().run(unittest.defaultTestLoader.loadTestsFromTestCase(Tests))
try:
    with tempfile.TemporaryFile() as file:
        torch.save(torch.ones(3), file)
except OSError as error:
    print("not saved:", error)
