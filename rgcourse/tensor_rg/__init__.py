"""Tensor renormalization: the Ising model as a network of small tensors, contracted by halves.

`trg_flow` is Levin and Nave's, `hotrg_flow` the one of higher-order singular values, and
`gilt_flow` TRG with its loops filtered out. Each returns a `TensorFlow`, whose tensors
`scaling_dimensions` and `central_charge` read. `hotrg_magnetization` carries one spin along.
"""

from .filtering import corner_double_line, gilt_flow
from .flow import TensorFlow, ising_tensor, log_trace
from .hotrg import hotrg_flow
from .magnetization import hotrg_magnetization
from .spectrum import central_charge, scaling_dimensions
from .trg import trg_flow

__all__ = [
    "TensorFlow",
    "central_charge",
    "corner_double_line",
    "gilt_flow",
    "hotrg_flow",
    "hotrg_magnetization",
    "ising_tensor",
    "log_trace",
    "scaling_dimensions",
    "trg_flow",
]
