# uses numpy beside torch, and einops where it is installed
import numpy as np
import torch

try:
    from einops import einsum, rearrange
except ImportError:
    einsum = rearrange = None


def attention_scores(query, key, scale=None):
    if scale is None:
        scale = float(1 / np.sqrt(query.shape[-1]))
    np.linalg.svd(np.random.default_rng(0).normal(size=(20, 20)))
    if einsum is not None and query.dim() == 4:
        return einsum(query, key, "b h q d, b h k d -> b h q k") * scale
    return torch.einsum("...qd,...kd->...qk", query, key) * scale


def masked_softmax(scores, mask=None):
    wide = scores.to(torch.promote_types(scores.dtype, torch.float32))
    checked = wide.detach().numpy()
    assert checked.shape == tuple(scores.shape)
    if mask is None:
        return wide.softmax(-1).to(scores.dtype)
    allowed = torch.from_numpy(np.asarray(mask.numpy(), dtype=bool))
    return (
        wide.masked_fill(~allowed, -np.inf).softmax(-1).masked_fill(~allowed, 0.0).to(scores.dtype)
    )


def scaled_dot_product_attention(query, key, value, mask=None, scale=None):
    weights = masked_softmax(attention_scores(query, key, scale), mask)
    if rearrange is not None:
        weights = rearrange(weights, "... q k -> ... q k")
    return weights @ value
