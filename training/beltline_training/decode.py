"""Greedy decoding, sequential and in parallel with both joins, as `packages/decoder` does it, on token ids.

It relies on the tokenizer's markers being single tokens; otherwise the rules are the decoder's: the outline may not
begin with a marker, no `####` follows a forced one, no ellipsis follows a branch's colon, a branch ends before its next
`####`, and an outline that breaks the format falls back to sequential decoding.
"""

from dataclasses import dataclass, field

import numpy as np

from .model import Llama
from .session import Line, Session
from .tokenizer import Tokenizer


@dataclass(frozen=True)
class Limits:
    tokens: int = 2048
    """Most tokens of one line."""
    branch_tokens: int = 512
    branches: int = 64
    title_characters: int = 200


@dataclass
class Decoded:
    """Answers to one prompt as token ids, the end of the turn left out."""

    sequential: list[int] = field(default_factory=list)
    recompute: list[int] = field(default_factory=list)
    reuse: list[int] = field(default_factory=list)
    outline: str = "malformed"
    """`outline`, `direct` (an answer without a block) or `malformed`."""
    titles: list[str] = field(default_factory=list)
    steps: dict[str, int] = field(default_factory=dict)
    """Forward passes by mode."""


@dataclass
class _Outline:
    """Stage 1 of one problem."""

    line: Line
    kind: str = "open"
    tokens: list[int] = field(default_factory=list)
    """All tokens after the prompt."""
    preamble: int | None = None
    """How many of them come before the first `####`."""
    heads: list[list[int]] = field(default_factory=list)
    title: list[int] = field(default_factory=list)
    banned: tuple[int, ...] = ()


@dataclass
class _Branch:
    head: list[int]
    line: Line
    body: list[int] = field(default_factory=list)
    live: bool = True


class GreedyDecoder:
    """Decodes a batch of prompts in every mode."""

    def __init__(self, model: Llama, tokenizer: Tokenizer, limits: Limits | None = None):
        self.model = model
        self.tokenizer = tokenizer
        self.limits = limits or Limits()

    def decode(self, prompts: list[str], capacity: int, sequential: bool = True) -> list[Decoded]:
        """Decodes all prompts; `capacity` bounds the tokens of prompt, answer and outline in a cache row."""
        encoded = [self.tokenizer.encode_prompt(prompt) for prompt in prompts]
        results = [Decoded() for _ in prompts]
        session = Session(self.model, len(prompts), capacity)
        lines = [Line(0, 0, list(tokens)) for tokens in encoded]
        first = session.advance([[Line(0, 0, list(tokens))] for tokens in encoded])
        for line in lines:
            line.position, line.pending = len(line.pending), []
        if sequential:
            starts = [Line(0, line.position, []) for line in lines]
            passes = self._continue(session, starts, [logits[0] for logits in first], [r.sequential for r in results])
            for row, result in enumerate(results):
                result.steps["sequential"] = passes[row]
                session.truncate(row, len(encoded[row]))
        outlines = self._outlines(session, lines, [logits[0] for logits in first], results)
        self._branches_and_joins(session, encoded, outlines, results)
        return results

    def _continue(self, session: Session, lines: list[Line | None], logits, outputs: list[list[int]]) -> list[int]:
        """Decodes each line on to the end of the turn; returns passes by row. None lines are left alone."""
        passes = [0] * len(lines)
        live = [line is not None for line in lines]
        while True:
            for row, line in enumerate(lines):
                if not live[row]:
                    continue
                token = int(logits[row].argmax())
                passes[row] += 1
                full = len(outputs[row]) >= self.limits.tokens or session.lengths[row] >= session.capacity
                if token == self.tokenizer.turn_end or full:
                    live[row] = False
                else:
                    outputs[row].append(token)
                    line.pending.append(token)
            if not any(live):
                return passes
            found = session.advance([[line] if live[row] else [] for row, line in enumerate(lines)])
            logits = [rows[0] if len(rows) else None for rows in found]

    def _outlines(self, session: Session, lines: list[Line], logits, results: list[Decoded]) -> list[_Outline]:
        t = self.tokenizer
        outlines = [_Outline(line, banned=(t.step, t.block_end)) for line in lines]
        while True:
            for row, outline in enumerate(outlines):
                if outline.kind != "open":
                    continue
                row_logits = logits[row].copy()
                row_logits[list(outline.banned)] = -np.inf
                outline.banned = ()
                results[row].steps["outline"] = results[row].steps.get("outline", 0) + 1
                self._take(outline, int(row_logits.argmax()))
                if len(outline.tokens) > self.limits.tokens or session.lengths[row] + 8 > session.capacity:
                    outline.kind = "malformed"
            live = [outline.kind == "open" for outline in outlines]
            if not any(live):
                break
            found = session.advance([[o.line] if live[row] else [] for row, o in enumerate(outlines)])
            logits = [rows[0] if len(rows) else None for rows in found]
        for outline, result in zip(outlines, results, strict=True):
            result.outline = outline.kind
            result.titles = [t.decode(head[1:-1]).strip() for head in outline.heads]
        return outlines

    def _take(self, outline: _Outline, token: int) -> None:
        """Reads one token of stage 1 and forces what follows a title."""
        t = self.tokenizer
        if token == t.turn_end:
            outline.kind = "direct" if outline.preamble is None else "malformed"
            return
        outline.tokens.append(token)
        outline.line.pending.append(token)
        if outline.preamble is None:
            if token == t.step:
                outline.preamble = len(outline.tokens) - 1
        elif token == t.block_end and not outline.title:
            outline.kind = "outline" if outline.heads else "malformed"
        elif token == t.title_end:
            text = t.decode(outline.title)
            if not text.strip() or len(text) > self.limits.title_characters or "\n" in text:
                outline.kind = "malformed"
                return
            if len(outline.heads) == self.limits.branches:
                outline.kind = "malformed"
                return
            outline.heads.append([t.step, *outline.title, t.title_end])
            outline.title = []
            forced = [t.ellipsis, t.separator, t.step]
            outline.tokens += forced
            outline.line.pending += forced
            outline.banned = (t.step,)
        elif token in (t.step, t.block_end, t.ellipsis, t.separator):
            outline.kind = "malformed"
        else:
            outline.title.append(token)

    def _branches_and_joins(self, session, encoded, outlines: list[_Outline], results: list[Decoded]) -> None:
        rows = [row for row, outline in enumerate(outlines) if outline.kind == "outline"]
        branches: list[list[_Branch]] = [[] for _ in outlines]
        for row, outline in enumerate(outlines):
            if outline.kind != "outline":
                # A broken outline decodes on as sequential decoding does, which has the same tokens.
                answer = outline.tokens if outline.kind == "direct" else results[row].sequential
                results[row].recompute, results[row].reuse = list(answer), list(answer)
                continue
            trunk = len(encoded[row]) + outline.preamble
            session.truncate(row, trunk)
            branches[row] = [_Branch(head, Line(i + 1, trunk, list(head))) for i, head in enumerate(outline.heads)]
            count = len(branches[row])
            session.set_strands(row, [[], *([0] for _ in range(count)), list(range(count + 1))])
        passes = self._decode_branches(session, branches)
        for row in rows:
            results[row].steps["branches"] = passes[row]
        self._join_reusing(session, rows, branches, outlines, results)
        self._join_recomputing(session, rows, encoded, branches, outlines, results)

    def _decode_branches(self, session: Session, branches: list[list[_Branch]]) -> list[int]:
        t = self.tokenizer
        passes = [0] * len(branches)
        while True:
            live = [[branch for branch in row if branch.live] for row in branches]
            room = [len(r) + sum(len(b.line.pending) for b in r) for r in live]
            for row, needed in enumerate(room):
                if live[row] and session.lengths[row] + needed > session.capacity:
                    for branch in live[row]:
                        branch.live = False
                    live[row] = []
            if not any(live):
                return passes
            found = session.advance([[branch.line for branch in row] for row in live])
            for row, logits in enumerate(found):
                passes[row] += bool(live[row])
                for branch, values in zip(live[row], logits, strict=False):
                    if not branch.body:
                        values[t.ellipsis] = -np.inf
                    token = int(values.argmax())
                    if token in (t.step, t.turn_end):
                        branch.live = False
                        continue
                    branch.body.append(token)
                    branch.line.pending.append(token)
                    if len(branch.body) >= self.limits.branch_tokens:
                        branch.live = False

    def _written(self, branch: _Branch) -> list[int]:
        """A branch as it stands in the answer: well separated from what follows."""
        ends_well = self.tokenizer.decode(branch.body).endswith("\n")
        return [*branch.head, *branch.body, *([] if ends_well else [self.tokenizer.separator])]

    def _join_reusing(self, session, rows, branches, outlines, results) -> None:
        t = self.tokenizer
        joins: list[Line | None] = [None] * len(branches)
        feed: list[list[Line]] = [[] for _ in branches]
        for row in rows:
            for branch in branches[row]:
                missing = len(self._written(branch)) - len(branch.head) - len(branch.body)
                branch.line.pending += [t.separator] * missing
            lines = [branch.line for branch in branches[row]]
            position = max(line.position + len(line.pending) for line in lines)
            joins[row] = Line(len(lines) + 1, position, [t.step, t.block_end])
            feed[row] = [*(line for line in lines if line.pending), joins[row]]
        self._conclude(session, joins, feed, [r.reuse for r in results], branches, outlines, results, rows, "reuse")

    def _join_recomputing(self, session, rows, encoded, branches, outlines, results) -> None:
        t = self.tokenizer
        joins: list[Line | None] = [None] * len(branches)
        for row in rows:
            trunk = len(encoded[row]) + outlines[row].preamble
            session.truncate(row, trunk)
            text = [token for branch in branches[row] for token in self._written(branch)]
            joins[row] = Line(0, trunk, [*text, t.step, t.block_end])
        feed = [[line] if line else [] for line in joins]
        outputs = [r.recompute for r in results]
        self._conclude(session, joins, feed, outputs, branches, outlines, results, rows, "recompute")

    def _conclude(self, session, joins, feed, outputs, branches, outlines, results, rows, mode: str) -> None:
        if not rows:
            return
        t = self.tokenizer
        for row in list(rows):
            outputs[row] += outlines[row].tokens[: outlines[row].preamble]
            outputs[row] += [token for branch in branches[row] for token in self._written(branch)]
            outputs[row] += [t.step, t.block_end]
            if session.lengths[row] + sum(len(line.pending) for line in feed[row]) >= session.capacity:
                feed[row], joins[row] = [], None
        if not any(feed):
            return
        found = session.advance(feed)
        logits = [values[-1] if len(values) else None for values in found]
        passes = self._continue(session, joins, logits, outputs)
        for row in rows:
            before = results[row].steps.get("outline", 0) + results[row].steps.get("branches", 0)
            results[row].steps[mode] = before + passes[row]
