# tries: to return 100 MB
# stopped-by: protocol
# wins: judge
# naive: pickling
import torch


def attention_scores(query, key, scale=None):
    return torch.zeros(25 << 20)
