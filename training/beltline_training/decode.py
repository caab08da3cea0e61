"""Greedy decoding of many prompts at once, sequential and in parallel with both joins, as `packages/decoder` does it.

A branch ends before its next `####`; right after its colon no ellipsis may come. An outline that breaks the format
falls back to sequential decoding, which has the same tokens.
"""

from dataclasses import dataclass, field

import numpy as np

from .model import Llama
from .outline import Limits, Outline
from .session import Line, Session
from .tokenizer import Tokenizer

TRUNK = 0


@dataclass
class Decoded:
    """Answers to one prompt as token ids, the end of the turn left out."""

    sequential: list[int] = field(default_factory=list)
    recompute: list[int] = field(default_factory=list)
    reuse: list[int] = field(default_factory=list)
    outline: str = "malformed"
    """`outline`, `direct` (an answer without a block) or `malformed`."""
    titles: list[str] = field(default_factory=list)
    passes: dict[str, int] = field(default_factory=dict)
    """Forward passes by mode."""


@dataclass
class _Branch:
    head: list[int]
    line: Line
    body: list[int] = field(default_factory=list)
    live: bool = True


@dataclass
class _Row:
    """One problem while it is decoded."""

    prompt: list[int]
    outline: Outline
    answer: Decoded = field(default_factory=Decoded)
    branches: list[_Branch] = field(default_factory=list)

    @property
    def trunk(self) -> int:
        """Tokens of the prompt and the preamble."""
        return len(self.prompt) + (self.outline.preamble or 0)


class GreedyDecoder:
    """Decodes a batch of prompts in every mode."""

    def __init__(self, model: Llama, tokenizer: Tokenizer, limits: Limits | None = None):
        self.model = model
        self.tokenizer = tokenizer
        self.limits = limits or Limits()

    def decode(self, prompts: list[str], capacity: int, sequential: bool = True) -> list[Decoded]:
        """Decodes all prompts with `capacity` cache slots each.

        Without `sequential` that mode is left out, and with it what broken outlines fall back to.
        """
        encoded = [self.tokenizer.encode_prompt(prompt) for prompt in prompts]
        rows = [_Row(p, Outline(self.tokenizer, self.limits, Line(TRUNK, len(p), []))) for p in encoded]
        session = Session(self.model, len(rows), capacity)
        first = [logits[0] for logits in session.advance([[Line(TRUNK, 0, list(row.prompt))] for row in rows])]
        if sequential:
            self._decode_sequentially(session, rows, first)
        self._decode_outlines(session, rows, first)
        self._decode_branches(session, rows)
        self._join_reusing(session, rows)
        self._join_recomputing(session, rows)
        return [row.answer for row in rows]

    def _decode_sequentially(self, session: Session, rows: list[_Row], logits: list[np.ndarray]) -> None:
        lines: list[Line | None] = [Line(TRUNK, len(row.prompt), []) for row in rows]
        passes = self._continue(session, lines, logits, [row.answer.sequential for row in rows])
        for index, row in enumerate(rows):
            row.answer.passes["sequential"] = passes[index]
            session.truncate(index, len(row.prompt))

    def _decode_outlines(self, session: Session, rows: list[_Row], logits: list) -> None:
        while True:
            for index, row in enumerate(rows):
                if row.outline.kind != "open":
                    continue
                logits[index] = logits[index].copy()
                logits[index][list(row.outline.banned)] = -np.inf
                row.outline.take(int(logits[index].argmax()))
                if session.lengths[index] + len(row.outline.line.pending) > session.capacity:
                    row.outline.kind = "malformed"
            waiting = [[row.outline.line] if row.outline.kind == "open" else [] for row in rows]
            if not any(waiting):
                break
            logits = _first_rows(session.advance(waiting))
        for row in rows:
            row.answer.outline = row.outline.kind
            row.answer.titles = row.outline.titles()
            row.answer.passes["outline"] = row.outline.passes
            if row.outline.kind != "outline":
                plain = row.outline.tokens if row.outline.kind == "direct" else row.answer.sequential
                row.answer.recompute, row.answer.reuse = list(plain), list(plain)

    def _decode_branches(self, session: Session, rows: list[_Row]) -> None:
        for index, row in enumerate(rows):
            if row.outline.kind != "outline":
                continue
            session.truncate(index, row.trunk)
            heads = enumerate(row.outline.heads, start=1)
            row.branches = [_Branch(head, Line(strand, row.trunk, list(head))) for strand, head in heads]
            count = len(row.branches)
            session.set_strands(index, [[], *([TRUNK] for _ in range(count)), list(range(count + 1))])
            row.answer.passes["branches"] = 0
        while True:
            live = [[branch for branch in row.branches if branch.live] for row in rows]
            for index, branches in enumerate(live):
                if session.lengths[index] + sum(len(b.line.pending) for b in branches) > session.capacity:
                    _stop(branches)
                    live[index] = []
            if not any(live):
                return
            found = session.advance([[branch.line for branch in branches] for branches in live])
            for row, branches, logits in zip(rows, live, found, strict=True):
                if branches:
                    row.answer.passes["branches"] += 1
                    self._take(branches, logits)

    def _take(self, branches: list[_Branch], logits: np.ndarray) -> None:
        """Chooses each branch's next token from `logits` `[branch, vocabulary]`."""
        t = self.tokenizer
        for branch, values in zip(branches, logits, strict=True):
            if not branch.body:
                values[t.ellipsis] = -np.inf
            token = int(values.argmax())
            if token in (t.step, t.turn_end):
                branch.live = False
                continue
            branch.body.append(token)
            branch.line.pending.append(token)
            branch.live = len(branch.body) < self.limits.branch_tokens

    def _missing(self, branch: _Branch) -> list[int]:
        """The blank line that a branch's body lacks."""
        return [] if self.tokenizer.decode(branch.body).endswith("\n") else [self.tokenizer.separator]

    def _join_reusing(self, session: Session, rows: list[_Row]) -> None:
        """The conclusion sees the branches as they are and goes on after the longest one."""
        joins: list[Line | None] = []
        for row in rows:
            for branch in row.branches:
                branch.line.pending += self._missing(branch)
            ends = [branch.line.position + len(branch.line.pending) for branch in row.branches]
            closing = [self.tokenizer.step, self.tokenizer.block_end]
            joins.append(Line(len(ends) + 1, max(ends), closing) if ends else None)
        waiting = [[branch.line for branch in row.branches if branch.line.pending] for row in rows]
        self._conclude(session, rows, joins, waiting, "reuse")

    def _join_recomputing(self, session: Session, rows: list[_Row]) -> None:
        """The conclusion follows the branches as one causal text."""
        joins: list[Line | None] = []
        for index, row in enumerate(rows):
            joins.append(Line(TRUNK, row.trunk, self._joined(row)) if row.branches else None)
            if row.branches:
                session.truncate(index, row.trunk)
        self._conclude(session, rows, joins, [[] for _ in rows], "recompute")

    def _joined(self, row: _Row) -> list[int]:
        """All branches as they stand in the answer, and the end of the block."""
        text = [token for b in row.branches for token in (*b.head, *b.body, *self._missing(b))]
        return [*text, self.tokenizer.step, self.tokenizer.block_end]

    def _conclude(
        self, session, rows: list[_Row], joins: list[Line | None], waiting: list[list[Line]], mode: str
    ) -> None:
        """Decodes what follows the joins; `waiting` are lines of branches that go in with them."""
        outputs: list[list[int]] = [getattr(row.answer, mode) for row in rows]
        for index, row in enumerate(rows):
            line = joins[index]
            if line is None:
                continue
            outputs[index] += [*row.outline.tokens[: row.outline.preamble], *self._joined(row)]
            waiting[index].append(line)
            if session.lengths[index] + sum(len(w.pending) for w in waiting[index]) >= session.capacity:
                waiting[index], joins[index] = [], None
        if not any(waiting):
            return
        logits = [found[-1] if len(found) else None for found in session.advance(waiting)]
        passes = self._continue(session, joins, logits, outputs)
        for index, row in enumerate(rows):
            counts = row.answer.passes
            counts[mode] = counts["outline"] + counts.get("branches", 0) + passes[index]

    def _continue(
        self, session: Session, lines: list[Line | None], logits: list, outputs: list[list[int]]
    ) -> list[int]:
        """Decodes each line on to the end of the turn; returns passes by row. None lines are left alone."""
        passes = [0] * len(lines)
        live = [line is not None for line in lines]
        while True:
            for row, line in enumerate(lines):
                if line is None or not live[row]:
                    continue
                token = int(logits[row].argmax())
                passes[row] += 1
                full = len(outputs[row]) >= self.limits.tokens or session.lengths[row] >= session.capacity
                live[row] = token != self.tokenizer.turn_end and not full
                if live[row]:
                    outputs[row].append(token)
                    line.pending.append(token)
            if not any(live):
                return passes
            logits = _first_rows(session.advance([[line] if live[row] else [] for row, line in enumerate(lines)]))


def _first_rows(found: list[np.ndarray]) -> list:
    """The only line's logits of each problem, None where there is no line."""
    return [logits[0] if len(logits) else None for logits in found]


def _stop(branches: list[_Branch]) -> None:
    for branch in branches:
        branch.live = False
