"""Tensor renormalization: the Ising model as a network of small tensors, contracted by halves."""

__all__: list[str] = []
