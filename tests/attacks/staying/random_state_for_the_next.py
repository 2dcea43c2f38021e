# tries: to fix the state of the random numbers for those that come after
# stopped-by: separation
# wins: state
import torch

torch.manual_seed(4242)
