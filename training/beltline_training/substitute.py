"""Other tokens in the place of names and values, the same ones in the prompt and in the answer.

Many tokens of a vocabulary are never part of what training's answers copy, so that a model learns to read them but not
to copy them. In a substituted sequence any token may be a part of a name, and nothing but the prompt tells which.
"""

import random
from collections import defaultdict
from dataclasses import replace
from functools import cached_property

import numpy as np

from .guides import Guide
from .pack import Packed
from .tokenizer import Tokenizer, chat

COPIES = (Guide.TITLE, Guide.VALUE, Guide.BEFORE)
"""Guides that lead to a token's source."""


class Substitution:
    """Exchanges tokens for others of their kind: words behind a space, words with a capital, other letters."""

    def __init__(self, tokenizer: Tokenizer):
        self.tokenizer = tokenizer

    @cached_property
    def kinds(self) -> dict[int, str]:
        """The kind of each token that may be exchanged; all others stay what they are."""
        found = {token: self.tokenizer.decode([token]) for token in range(self.tokenizer.size)}
        return {
            token: "space" if text[0] == " " else "capital" if text[0].isupper() else "letter"
            for token, text in found.items()
            if text.strip().isascii() and text.strip().isalpha()
        }

    @cached_property
    def frame(self) -> set[int]:
        """Tokens that every prompt stands between."""
        return set(self.tokenizer.encode(chat("")))

    def __call__(self, packed: Packed, draw: random.Random) -> Packed:
        """The sequence with some of the tokens exchanged that its names and values are made of."""
        table = np.arange(self.tokenizer.size)
        exchanged = [token for token in self._names(packed) if draw.random() < 0.7]
        unused = self._unused(packed, draw)
        for token in exchanged:
            if unused[self.kinds[token]]:
                table[token] = unused[self.kinds[token]].pop()
        return replace(packed, tokens=table[packed.tokens], targets=table[packed.targets])

    def _names(self, packed: Packed) -> list[int]:
        """Tokens of names and values: copied, or an item's capitals; never what an answer writes of its own accord."""
        kinds, queries, sources = packed.guides[:, :3].T
        asking, source = (column[np.isin(kinds, COPIES)] for column in (queries, sources))
        copying = np.zeros(len(packed), bool)
        copying[asking[packed.targets[asking] == packed.tokens[source]]] = True
        copied = set(packed.targets[copying].tolist())
        written = set(packed.targets[(packed.classes >= 0) & ~copying].tolist())
        of_items = packed.tokens[queries[kinds == Guide.OWNER]].tolist()
        capitals = {token for token in of_items if self.kinds.get(token) == "capital"}
        kept = written | self._parts_of_words(packed, copied) | self.frame
        # Sorted: sets have no order that a seed could repeat.
        return sorted(token for token in (copied | capitals) - kept if token in self.kinds)

    def _parts_of_words(self, packed: Packed, copied: set[int]) -> set[int]:
        """Tokens that words without a capital are made of, where the word's first token is not copied."""
        parts: set[int] = set()
        plain = False
        for token in packed.tokens.tolist():
            if self.kinds.get(token) != "letter":
                plain = self.kinds.get(token) == "space" and token not in copied
            if plain:
                parts.add(token)
        return parts

    def _unused(self, packed: Packed, draw: random.Random) -> dict[str, list[int]]:
        present = set(packed.tokens.tolist()) | set(packed.targets.tolist())
        unused: dict[str, list[int]] = defaultdict(list)
        for token, kind in self.kinds.items():
            if token not in present:
                unused[kind].append(token)
        for tokens in unused.values():
            draw.shuffle(tokens)
        return unused
