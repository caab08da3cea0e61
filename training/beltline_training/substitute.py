"""Other tokens in the place of names, the same ones in the prompt and in the answer.

Many tokens of a vocabulary are never part of what training's answers copy, so that a model learns to read them but not
to copy them. In a substituted sequence a name may be made of any tokens of letters, and only the prompt tells which.
"""

import random
from dataclasses import replace
from functools import cached_property

import numpy as np

from .guides import Guide
from .pack import Packed
from .tokenizer import Tokenizer, chat
from .written import DECISIONS

COPIES = (Guide.TITLE, Guide.VALUE, Guide.BEFORE)
"""Guides that lead to a token's source."""
EXCHANGED = 0.7
"""Chance of each token of a name."""
ALIKE = 0.75
"""Chance that a token is exchanged for one of its kind: a name then still looks like one."""


class Substitution:
    """Exchanges tokens that names are made of; which ones does not depend on the answer, or they would tell it."""

    def __init__(self, tokenizer: Tokenizer):
        self.tokenizer = tokenizer

    @cached_property
    def kinds(self) -> dict[int, str]:
        """The kind of each token of letters: words behind a space, words with a capital, and the rest of words."""
        found = {token: self.tokenizer.decode([token]) for token in range(self.tokenizer.size)}
        return {
            token: "space" if text[0] == " " else "capital" if text[0].isupper() else "letter"
            for token, text in found.items()
            if text.strip().isascii() and text.strip().isalpha()
        }

    @cached_property
    def frame(self) -> set[int]:
        """Tokens of the chat template."""
        return set(self.tokenizer.encode(chat("")))

    def __call__(self, packed: Packed, draw: random.Random) -> Packed:
        """The sequence with some of the tokens exchanged that its names are made of."""
        present = set(packed.tokens.tolist()) | set(packed.targets.tolist())
        unused = [token for token in self.kinds if token not in present]
        draw.shuffle(unused)
        table = np.arange(self.tokenizer.size)
        for token in self._names(packed):
            if not unused or draw.random() >= EXCHANGED:
                continue
            kind = self.kinds[token] if draw.random() < ALIKE else None
            place = next((i for i, other in enumerate(unused) if kind in (None, self.kinds[other])), 0)
            table[token] = unused.pop(place)
        return replace(packed, tokens=table[packed.tokens], targets=table[packed.targets])

    def _names(self, packed: Packed) -> list[int]:
        """Tokens of the items' words with a capital, but not those that other words or the answer's own are made of."""
        kinds, queries, sources = packed.guides[:, :3].T
        asking, source = (column[np.isin(kinds, COPIES)] for column in (queries, sources))
        copying = np.zeros(len(packed), bool)
        copying[asking[packed.targets[asking] == packed.tokens[source]]] = True
        # What is decided is not a copy of one place, though the items may have the word: of what kind the value is.
        copying &= ~np.isin(packed.classes, DECISIONS)
        written = set(packed.targets[(packed.classes >= 0) & ~copying].tolist())
        in_items = np.zeros(len(packed), bool)
        in_items[queries[(kinds == Guide.OWNER) & (packed.strands[queries] == 0)]] = True
        names: set[int] = set()
        others = written | self.frame
        started = ""
        for token, inside in zip(packed.tokens.tolist(), in_items.tolist(), strict=True):
            kind = self.kinds.get(token, "")
            started = started if kind == "letter" else kind
            if started == "space":
                others.add(token)
            elif started == "capital" and inside:
                names.add(token)
        # Sorted: sets have no order that a seed could repeat.
        return sorted(names - others)
