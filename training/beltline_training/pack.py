"""Packs one problem into one tree-masked sequence that trains every stage of decoding at once.

Strands form a DAG: a token sees the earlier tokens of its own strand and all tokens of its strand's ancestors. The
full answer is a chain of strands, cut where blocks begin. Below each cut hang the block's outline and its branches,
all counting positions from the cut, and below the branches the text after a join that reuses them, which goes on
after the longest branch. The text after a join that recomputes them is the chain itself. A branch in which blocks
stand is such a chain of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from .comparisons import ComparisonWriter
from .guides import GuideWriter
from .items import PromptItems
from .tokenizer import Tokenizer, chat
from .written import DECISIONS, Item, Token, TokenClass, WrittenBlock, given


@dataclass(frozen=True)
class Stages:
    """Which parts of a problem a sequence holds."""

    full: bool = True
    outline: bool = True
    branches: bool = True
    reuse: bool = True


@dataclass
class Strand:
    tokens: list[Token]
    following: Token
    """The target of the last token."""
    parents: tuple[int, ...]
    """All strands it sees besides itself."""
    position: int
    on_chain: bool = False


@dataclass(frozen=True)
class Packed:
    """One sequence; arrays are `[token]` unless they say otherwise."""

    tokens: np.ndarray
    targets: np.ndarray
    classes: np.ndarray
    """`TokenClass` of each target."""
    positions: np.ndarray
    strands: np.ndarray
    visible: np.ndarray
    """`[strand, strand]`: whether tokens of the first see those of the second (a strand sees itself)."""
    chain: int
    """So many leading tokens are one causal text."""
    shared: int
    """So many leading tokens of the chain may be seen by the others."""
    guides: np.ndarray
    """`[guide, (kind, query, start, stop)]`: the tokens that a head should attend to at a token."""

    def __len__(self) -> int:
        return len(self.tokens)

    def mask(self) -> np.ndarray:
        """The whole mask, boolean `[query, key]`."""
        order = np.tri(len(self), dtype=bool)
        return self.visible[self.strands[:, None], self.strands[None, :]] & order


@dataclass
class Packer:
    tokenizer: Tokenizer
    strands: list[Strand] = field(default_factory=list)
    namings: Mapping[tuple[int, ...], list[Token]] = field(default_factory=dict)

    def __post_init__(self):
        self.comparisons = ComparisonWriter(self.tokenizer)

    def pack(
        self,
        prompt: list[int],
        answer: list[Item],
        stages: Stages = Stages(),  # noqa: B008
        items: PromptItems | None = None,
        facts: Sequence[list[Token]] = (),
        namings: Mapping[tuple[int, ...], list[Token]] | None = None,
    ) -> Packed:
        """Packs the tokens of a prompt and a written answer whose last token ends the turn.

        `items` bring guides. `facts` are steps beside the branches of the first block, seen by nobody.
        Nor are `namings`, which by a title's tokens say what follows that branch alone, in the last block.
        """
        self.strands = []
        self.namings = namings or {}
        asked = [Token(token, TokenClass.GIVEN) for token in prompt]
        *line, end = answer
        assert not isinstance(end, WrittenBlock)
        has_block = any(isinstance(item, WrittenBlock) for item in line)
        if not has_block:
            stages = Stages(outline=False, branches=False, reuse=False)
        self._lay_line([*asked, *line], [end], (), 0, stages, on_chain=True)
        if stages.branches:
            self.strands += [Strand(step[:-1], step[-1], (0,), len(self.strands[0].tokens)) for step in facts]
        if not stages.full:
            self._cut_chain()
        return self._flatten(items)

    def pack_verdicts(self, answers: list[tuple[PromptItems, list[Item]]], start: int) -> Packed:
        """The steps of several answers without their prompts, of which nothing but where they part is predicted.

        A step restates all that its verdict depends on, so that many verdicts fit into one short sequence.
        """
        opening = [Token(token, TokenClass.GIVEN) for token in self.tokenizer.encode(chat(""))]
        self.strands = [Strand(opening, opening[-1], (), 0, on_chain=True)]
        for items, answer in answers:
            for block in answer:
                if isinstance(block, WrittenBlock):
                    self.strands += [
                        Strand(step, given(block.marker)[0], (0,), start) for step in _verdict_steps(block, items)
                    ]
        return self._flatten(None)

    def _lay_line(
        self,
        items: list[Item],
        following: list[Token],
        parents: tuple[int, ...],
        position: int,
        stages: Stages,
        on_chain: bool = False,
    ) -> tuple[tuple[int, ...], int]:
        """Adds a line of text and all that hangs below it; `following` is what ends the line.

        Returns what a join that reuses it sees, and where that ends.
        """
        own: list[int] = []
        current: list[Token] = []
        pending: list[tuple[WrittenBlock, list[Item], tuple[int, ...], int]] = []
        start = position

        def flush(next_token: Token) -> None:
            nonlocal current, start
            self.strands.append(Strand(current, next_token, (*parents, *own), start, on_chain))
            own.append(len(self.strands) - 1)
            start += len(current)
            current = []

        for index, item in enumerate(items):
            if isinstance(item, WrittenBlock):
                text = self._block_tokens(item)
                flush(text[0])
                pending.append((item, items[index + 1 :], (*parents, *own), start))
                current = text
            else:
                current.append(item)
        flush(following[0])
        if len(following) > 1:
            # A marker of several tokens is decoded to its last one, and dropped.
            self.strands.append(Strand(following[:-1], following[-1], (*parents, *own), start))
        joined = [self._lay_block(block, rest, following, above, at, stages) for block, rest, above, at in pending]
        if not joined or joined[0] is None:
            return tuple(own), start
        below, end = joined[0]
        return (own[0], *below), end

    def _lay_block(
        self,
        block: WrittenBlock,
        rest: list[Item],
        following: list[Token],
        parents: tuple[int, ...],
        position: int,
        stages: Stages,
    ) -> tuple[tuple[int, ...], int] | None:
        """Adds a block's outline, its branches, and what follows a join that reuses them.

        Returns what a join around it that reuses all of this sees of it, and where that ends.
        """
        if stages.outline:
            outline = self._outline(block)
            self.strands.append(Strand(outline[:-1], outline[-1], parents, position))
        if not stages.branches:
            return None
        closing = [*given(block.marker), Token(self.tokenizer.block_end, TokenClass.GIVEN)]
        seen: list[int] = []
        longest = position
        for branch in block.steps:
            own, end = self._lay_line([*given(branch.head), *branch.body], block.marker, parents, position, stages)
            seen += own
            longest = max(longest, end)
            naming = self.namings.get(tuple(token.id for token in branch.head[len(block.marker) : -1]))
            if naming and not any(isinstance(item, WrittenBlock) for item in rest):
                self.strands.append(Strand([*closing, *naming[:-1]], naming[-1], (*parents, *own), end))
        if not stages.reuse:
            return None
        own, end = self._lay_line([*closing, *rest], following, (*parents, *seen), longest, stages)
        return (*seen, *own), end

    def _outline(self, block: WrittenBlock) -> list[Token]:
        """`####title:......`, a blank line and so on to `####%%%%`, as stage 1 leaves it."""
        after_title = [Token(token, TokenClass.GIVEN) for token in (self.tokenizer.ellipsis, self.tokenizer.separator)]
        tokens = list(block.marker)
        for step in block.steps:
            tokens += [*step.head[len(block.marker) :], *after_title, *given(block.marker)]
        return [*tokens, Token(self.tokenizer.block_end, TokenClass.NEXT)]

    def _block_tokens(self, block: WrittenBlock) -> list[Token]:
        """The block as it stands in the full answer, blocks inside it written out."""
        tokens: list[Token] = []
        for step in block.steps:
            tokens += step.head
            for item in step.body:
                tokens += self._block_tokens(item) if isinstance(item, WrittenBlock) else [item]
        return [*tokens, *block.marker, Token(self.tokenizer.block_end, TokenClass.NEXT)]

    def _cut_chain(self) -> None:
        """Leaves of the chain only what side strands see."""
        seen = {parent for strand in self.strands if not strand.on_chain for parent in strand.parents}
        for index, strand in enumerate(self.strands):
            if strand.on_chain and index not in seen:
                strand.tokens = []

    def _flatten(self, items: PromptItems | None) -> Packed:
        order = sorted(range(len(self.strands)), key=lambda index: not self.strands[index].on_chain)
        tokens, targets, classes, positions, owners = [], [], [], [], []
        guides = GuideWriter(self.tokenizer, items) if items and items.items else None
        compared: list[tuple[int, int, int, int]] = []
        for index in order:
            strand = self.strands[index]
            following = [*strand.tokens[1:], strand.following] if strand.tokens else []
            if guides:
                guides.strand(strand.tokens, following, len(tokens), strand.on_chain)
            compared += self.comparisons.strand(strand.tokens, following, len(tokens))
            tokens += [token.id for token in strand.tokens]
            targets += [token.id for token in following]
            classes += [token.kind for token in following]
            positions += range(strand.position, strand.position + len(strand.tokens))
            owners += [index] * len(strand.tokens)
        visible = np.eye(len(self.strands), dtype=bool)
        for index, strand in enumerate(self.strands):
            visible[index, list(strand.parents)] = True
        seen = {parent for strand in self.strands if not strand.on_chain for parent in strand.parents}
        return Packed(
            tokens=np.array(tokens, np.int64),
            targets=np.array(targets, np.int64),
            classes=np.array(classes, np.int64),
            positions=np.array(positions, np.int64),
            strands=np.array(owners, np.int64),
            visible=visible,
            chain=sum(len(s.tokens) for s in self.strands if s.on_chain),
            shared=sum(len(s.tokens) for i, s in enumerate(self.strands) if s.on_chain and i in seen),
            guides=np.array([*(guides.found if guides else []), *compared], np.int64).reshape(-1, 4),
        )


def _verdict_steps(block: WrittenBlock, items: PromptItems) -> Iterator[list[Token]]:
    for step in block.steps:
        body = [token for token in step.body if isinstance(token, Token)]
        if len(body) == len(step.body) and len(body) > 1:
            judged = _verdict_only(body, items)
            if any(token.kind in DECISIONS for token in judged):
                yield [*given(step.head), *judged]


def _verdict_only(body: list[Token], items: PromptItems) -> list[Token]:
    """Leaves the decisions between what is asked, as the question says it, and the end of that sentence."""
    judged: list[Token] = []
    decidable = False
    last = body[0]
    for token in body:
        if token.origin >= 0:
            decidable = items.owner(token.origin) is None
        verdict = decidable and token.kind in DECISIONS and token.origin < 0
        judged.append(token if verdict else given([token])[0])
        # A step's last token but one ends its sentences, where it is no decimal point.
        decidable = decidable and (last.origin >= 0 or last.id != body[-2].id)
        last = token
    return judged
