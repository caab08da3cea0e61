"""Forward passes over a batch of growing strands with a key-value cache: the primitive that decoding is made of."""

from dataclasses import dataclass

import numpy as np
import torch

from .model import KeyValueCache, Llama


@dataclass
class Line:
    """A strand while it grows: the tokens that wait for the next pass and where they will stand."""

    strand: int
    position: int
    pending: list[int]


class Session:
    """One cache for several problems; each row has its own strands, of which strand 0 is the trunk."""

    def __init__(self, model: Llama, rows: int, capacity: int, dtype: torch.dtype = torch.float32):
        self.model = model
        self.device = next(model.parameters()).device
        self.cache = KeyValueCache(model.config, rows, capacity, self.device, dtype)
        self.capacity = capacity
        self.owners = np.full((rows, capacity), -1, np.int64)
        """Strand of each slot, -1 where it is empty."""
        self.lengths = np.zeros(rows, np.int64)
        self.visible = np.ones((rows, 1, 1), bool)
        """`[row, strand, strand]`."""

    def set_strands(self, row: int, parents: list[list[int]]) -> None:
        """Gives a row its strands: `parents[s]` is what strand `s` sees besides itself."""
        count = max(len(parents), self.visible.shape[1])
        if count > self.visible.shape[1]:
            grown = np.zeros((len(self.visible), count, count), bool)
            old = self.visible.shape[1]
            grown[:, :old, :old] = self.visible
            self.visible = grown
        self.visible[row] = False
        for strand, above in enumerate(parents):
            self.visible[row, strand, [*above, strand]] = True

    def truncate(self, row: int, length: int) -> None:
        self.owners[row, length:] = -1
        self.lengths[row] = length

    @torch.no_grad()
    def advance(self, rows: list[list[Line]]) -> list[np.ndarray]:
        """Puts all waiting tokens into the cache; returns each row's logits `[line, vocabulary]` after its lines.

        Lines without waiting tokens are not allowed.
        """
        counts = [sum(len(line.pending) for line in lines) for lines in rows]
        batch, width = len(rows), max(counts)
        columns = np.zeros((3, batch, width), np.int64)
        tokens, positions, slots = columns
        slots[:] = self.capacity
        queries = np.full((batch, width), -1, np.int64)
        wanted: list[tuple[int, int]] = []
        for row, lines in enumerate(rows):
            at = 0
            for line in lines:
                span = slice(at, at + len(line.pending))
                tokens[row, span] = line.pending
                positions[row, span] = np.arange(line.position, line.position + len(line.pending))
                queries[row, span] = line.strand
                at = span.stop
                wanted.append((row, at - 1))
                line.position += len(line.pending)
                line.pending = []
            start = self.lengths[row]
            slots[row, :at] = np.arange(start, start + at)
            self.owners[row, start : start + at] = queries[row, :at]
            self.lengths[row] += at
        return self._run(rows, tokens, positions, slots, queries, wanted)

    def _run(self, rows, tokens, positions, slots, queries, wanted) -> list[np.ndarray]:
        used = int(self.lengths.max())
        device = self.device
        self.cache.used = used
        self.cache.slots = torch.from_numpy(slots).to(device)
        owners = torch.from_numpy(self.owners[:, :used]).to(device)
        asking = torch.from_numpy(queries).to(device)
        visible = torch.from_numpy(self.visible).to(device)
        row = torch.arange(len(rows), device=device)[:, None, None]
        mask = visible[row, asking.clamp(min=0)[:, :, None], owners.clamp(min=0)[:, None, :]]
        order = torch.arange(used, device=device)[None, None, :] <= self.cache.slots[:, :, None]
        mask = mask & order & (owners >= 0)[:, None, :]
        mask[:, :, 0] |= asking < 0
        ids, at = (torch.from_numpy(array).to(device) for array in (tokens, positions))
        hidden = self.model.hidden(ids, at, mask[:, None], self.cache)
        if not wanted:
            return [np.empty((0, 0))] * len(rows)
        rows_at, columns_at = zip(*wanted, strict=True)
        logits = self.model.logits(hidden[list(rows_at), list(columns_at)]).float().cpu().numpy()
        ends = np.cumsum([len(lines) for lines in rows])
        return np.split(logits, ends[:-1])
