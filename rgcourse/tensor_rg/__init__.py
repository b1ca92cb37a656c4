"""Tensor renormalization: the Ising model as a network of small tensors, contracted by halves.

`trg_flow` is Levin and Nave's, `hotrg_flow` the one of higher-order singular values; both return a
`TensorFlow`.
"""

from .flow import TensorFlow, ising_tensor, log_trace
from .hotrg import hotrg_flow
from .trg import trg_flow

__all__ = ["TensorFlow", "hotrg_flow", "ising_tensor", "log_trace", "trg_flow"]
