"""Puts packed problems into the rows of one batch."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from .attention import SideMask, TreeMask
from .pack import Packed

STRETCH = 64
"""Side tokens per attention call on a CPU: fewer waste less on what they do not see, more need fewer calls."""


@dataclass
class Batch:
    """All `[row, token]`; padding has class `TokenClass.GIVEN` and is seen by nobody."""

    tokens: Tensor
    targets: Tensor
    classes: Tensor
    positions: Tensor
    strands: Tensor
    """Strand of each token, -1 for padding."""
    visible: Tensor
    """Boolean `[row, strand, strand]`."""
    chain: int
    shared: int
    guides: list[Tensor]
    """`[guide, (kind, query, start, stop)]` of each row."""

    def to(self, device: torch.device) -> "Batch":
        tensors = {
            name: value.to(device, non_blocking=True) for name, value in vars(self).items() if torch.is_tensor(value)
        }
        return Batch(**{**vars(self), **tensors, "guides": [guides.to(device) for guides in self.guides]})

    def pin_memory(self) -> "Batch":
        tensors = {name: value.pin_memory() for name, value in vars(self).items() if torch.is_tensor(value)}
        return Batch(**{**vars(self), **tensors})

    def tree_mask(self) -> TreeMask:
        """Builds the mask where the batch lies; on a GPU that is cheaper than to move it there."""
        side = self.strands.shape[1] - self.chain
        if side == 0:
            return TreeMask(self.chain, self.shared, ())
        owners = self.strands.clamp(min=0)
        keys = torch.cat((owners[:, : self.shared], owners[:, self.chain :]), 1)
        real = torch.cat((self.strands[:, : self.shared], self.strands[:, self.chain :]), 1) >= 0
        queries = owners[:, self.chain :]
        rows = torch.arange(len(owners), device=owners.device)[:, None, None]
        mask = self.visible[rows, queries[:, :, None], keys[:, None, :]] & real[:, None, :]
        # Side tokens come after the whole chain; among themselves the order of the columns is the order of time.
        mask[:, :, self.shared :] &= torch.ones(side, side, dtype=torch.bool, device=mask.device).tril()
        # A padding row must see something, or its attention is not a number.
        mask[:, :, 0] |= self.strands[:, self.chain :] < 0
        # Many small kernels are slower than a large one on a GPU.
        stretch = side if mask.is_cuda else STRETCH
        parts = tuple(self._side_mask(mask, start, stretch) for start in range(0, side, stretch))
        return TreeMask(self.chain, self.shared, parts)

    def _side_mask(self, mask: Tensor, start: int, stretch: int) -> SideMask:
        """Of the stretch from side token `start` on; `mask` of all, `[row, side token, shared + side token]`."""
        rows = mask[:, start : start + stretch, : self.shared + start + stretch]
        seen = rows[:, :, self.shared :].flatten(0, 1).any(0)
        # Without the question, which would wait for a GPU, where there is but one stretch.
        first = int(seen.int().argmax()) // stretch if start else 0
        shared, side = rows[:, :, : self.shared], rows[:, :, self.shared + first * stretch :]
        return SideMask(first, torch.cat((shared, side), 2)[:, None])


def rounded(length: int) -> int:
    """Few distinct lengths: kernels are cached by shape. At most about 7% of padding."""
    unit = 32 if length < 1024 else 64
    return -(-length // unit) * unit


def collate(sequences: list[Packed]) -> Batch:
    """Chains are padded to one length, and so is what comes after them."""
    rows = len(sequences)
    chain = rounded(max(s.chain for s in sequences))
    side = max(len(s) - s.chain for s in sequences)
    side = rounded(side) if side else 0
    strands = max(len(s.visible) for s in sequences)
    fill = {"tokens": 0, "targets": 0, "classes": -1, "positions": 0, "strands": -1}
    columns = {name: np.full((rows, chain + side), value, np.int64) for name, value in fill.items()}
    visible = np.zeros((rows, strands, strands), bool)
    guides: list[Tensor] = []
    for row, sequence in enumerate(sequences):
        rest = len(sequence) - sequence.chain
        for name, column in columns.items():
            values = getattr(sequence, name)
            column[row, : sequence.chain] = values[: sequence.chain]
            column[row, chain : chain + rest] = values[sequence.chain :]
        visible[row, : len(sequence.visible), : len(sequence.visible)] = sequence.visible
        guides.append(torch.from_numpy(_moved(sequence.guides, sequence.chain, chain)))
    return Batch(
        **{name: torch.from_numpy(column) for name, column in columns.items()},
        visible=torch.from_numpy(visible),
        chain=chain,
        # Kernels with a mask want aligned rows; a chain's length is aligned already.
        shared=-(-max(s.shared for s in sequences) // 16) * 16,
        guides=guides,
    )


def _moved(guides: np.ndarray, chain: int, padded: int) -> np.ndarray:
    """Guides whose tokens beside the chain stand behind its padding."""
    moved = guides.copy()
    moved[:, 1:3] += (guides[:, 1:3] >= chain) * (padded - chain)
    # A range lies on one side; its end is the first token that is not in it.
    moved[:, 3] += (guides[:, 2] >= chain) * (padded - chain)
    return moved
