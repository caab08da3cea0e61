"""Stage 1 of one problem, token by token: the preamble, the titles, and what is forced after them."""

from dataclasses import dataclass, field

from .session import Line
from .tokenizer import Tokenizer


@dataclass(frozen=True)
class Limits:
    tokens: int = 2048
    """Most tokens of one line."""
    branch_tokens: int = 512
    branches: int = 64
    title_characters: int = 200


@dataclass
class Outline:
    """Reads the tokens chosen by the model; `kind` says how it ended.

    It relies on the tokenizer's markers being single tokens. Otherwise the rules are those of `packages/decoder`: no
    marker comes first, no `####` follows a forced one, and a title that breaks the format makes the outline malformed.
    """

    tokenizer: Tokenizer
    limits: Limits
    line: Line
    kind: str = "open"
    """`open`, then `outline`, `direct` (an answer without a block) or `malformed`."""
    tokens: list[int] = field(default_factory=list)
    """All tokens after the prompt."""
    preamble: int | None = None
    """How many of them come before the first `####`."""
    heads: list[list[int]] = field(default_factory=list)
    """`####title:` of each branch."""
    passes: int = 0
    title: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.banned: tuple[int, ...] = (self.tokenizer.step, self.tokenizer.block_end)
        """Tokens that the model may not choose next."""

    def take(self, token: int) -> None:
        """Reads one chosen token."""
        t = self.tokenizer
        self.banned = ()
        self.passes += 1
        if token == t.turn_end:
            self.kind = "direct" if self.preamble is None else "malformed"
            return
        self._append(token)
        if self.preamble is None:
            if token == t.step:
                self.preamble = len(self.tokens) - 1
        elif token == t.block_end and not self.title:
            self.kind = "outline" if self.heads else "malformed"
        elif token == t.title_end:
            self._end_title()
        elif token in (t.step, t.block_end, t.ellipsis, t.separator):
            self.kind = "malformed"
        else:
            self.title.append(token)
        if len(self.tokens) > self.limits.tokens:
            self.kind = "malformed"

    def titles(self) -> list[str]:
        return [self.tokenizer.decode(head[1:-1]).strip() for head in self.heads]

    def _append(self, *tokens: int) -> None:
        self.tokens += tokens
        self.line.pending += tokens

    def _end_title(self) -> None:
        t = self.tokenizer
        text = t.decode(self.title)
        too_long = len(text) > self.limits.title_characters
        if not text.strip() or too_long or "\n" in text or len(self.heads) == self.limits.branches:
            self.kind = "malformed"
            return
        self.heads.append([t.step, *self.title, t.title_end])
        self.title = []
        self._append(t.ellipsis, t.separator, t.step)
        self.banned = (t.step,)
