"""What a run says of itself: JSON lines in `log.jsonl`, a readable line on standard output."""

import json
import math
import time
from collections import defaultdict
from pathlib import Path

from torch import Tensor

from .guides import Guide
from .written import TokenClass


class Progress:
    """Running accuracies by family and token class, and the loss since the last report."""

    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "log.jsonl"
        self.accuracy: dict[str, float] = {}
        self.losses: list[Tensor] = []
        self.tokens = 0
        self.since = time.monotonic()

    def add(self, family: str, loss: Tensor, hits: Tensor, classes: Tensor, tokens: int) -> None:
        """`hits` and `classes` are `[token]`, over predicted tokens."""
        self.losses.append(loss.detach())
        self.tokens += tokens
        counts = classes.new_zeros(len(TokenClass)).index_add_(0, classes, classes.new_ones(len(classes)))
        right = classes.new_zeros(len(TokenClass)).index_add_(0, classes, hits.to(classes.dtype))
        for kind, (count, hit) in enumerate(zip(counts.tolist(), right.tolist(), strict=True)):
            if count:
                key = f"{family}.{TokenClass(kind).name.lower()}"
                share = hit / count
                weight = 0.1 * min(1.0, count / 100)
                self.accuracy[key] = self.accuracy.get(key, share) * (1 - weight) + weight * share

    def add_guides(self, family: str, losses: dict[Guide, Tensor]) -> None:
        """What share of their attention guided heads give to the right tokens (the geometric mean)."""
        for guide, loss in losses.items():
            key = f"{family}.{guide.name.lower()}-guide"
            share = math.exp(-loss.item())
            self.accuracy[key] = self.accuracy.get(key, share) * 0.95 + 0.05 * share

    def report(self, **facts) -> None:
        """Writes the state of training and forgets the losses."""
        now = time.monotonic()
        loss = sum(float(value) for value in self.losses) / max(1, len(self.losses))
        rate = self.tokens / (now - self.since)
        record = {**facts, "loss": round(loss, 4), "tokens_per_second": round(rate)}
        self.write({**record, "accuracy": {key: round(value, 4) for key, value in sorted(self.accuracy.items())}})
        head = " ".join(f"{key} {value}" for key, value in record.items())
        print(f"{head} | {self._table()}", flush=True)
        self.losses, self.tokens, self.since = [], 0, now

    def write(self, record: dict) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")

    def _table(self) -> str:
        rows: dict[str, list[str]] = defaultdict(list)
        for key, value in sorted(self.accuracy.items()):
            family, kind = key.split(".")
            rows[family].append(f"{kind} {value:.3f}")
        return " | ".join(f"{family}: {', '.join(cells)}" for family, cells in rows.items())
