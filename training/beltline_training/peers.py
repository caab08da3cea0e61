"""Processes that train one model together, each on batches of its own.

On a CPU two processes with one thread each are faster than one with two threads: they wait for each other once a step
and not at every operator.
"""

import os
from collections.abc import Iterable

import torch
import torch.distributed
from torch.nn import Parameter


class Peers:
    """All processes that `torchrun` started, or this one alone."""

    def __init__(self):
        self.count = int(os.environ.get("WORLD_SIZE", "1"))
        self.rank = int(os.environ.get("RANK", "0"))
        if self.count > 1 and not torch.distributed.is_initialized():
            torch.distributed.init_process_group("gloo")

    @property
    def leads(self) -> bool:
        """Whether this is the one that logs, saves and evaluates."""
        return self.rank == 0

    def agree(self, *values: float) -> list[float]:
        """What the leader says."""
        said = torch.tensor(values, dtype=torch.float64)
        if self.count > 1:
            torch.distributed.broadcast(said, 0)
        return said.tolist()

    def average_gradients(self, parameters: Iterable[Parameter]) -> None:
        if self.count == 1:
            return
        gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
        flat = torch.cat([gradient.flatten() for gradient in gradients])
        torch.distributed.all_reduce(flat)
        flat /= self.count
        parts = flat.split([gradient.numel() for gradient in gradients])
        for gradient, part in zip(gradients, parts, strict=True):
            gradient.copy_(part.view_as(gradient))
