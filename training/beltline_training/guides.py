"""What heads should look at: the way from a title to its item and from there to what is said of it.

Which token is copied, and by which steps it is found, is known of every generated problem. A few heads are told so:
their attention to the right tokens is a loss beside the loss of the next token. What is looked up by name comes from
few tokens in a thousand; without guides its gradient is lost among the others for tens of millions of tokens.
"""

from enum import IntEnum

from .items import PromptItems, Range
from .tokenizer import Tokenizer
from .written import DECISIONS, Token, TokenClass


class Guide(IntEnum):
    """What a head is told; which layer's, and so which builds on which, `guide_loss` says."""

    OWNER = 0
    """From what is said behind an item's title, or in a step, to that title."""
    PREVIOUS = 1
    """From an item's title in the prompt to the title of the item before."""
    WINNER = 2
    """From a conclusion's words about an item to the step that speaks of it."""
    TITLE = 3
    """From the token before a title's token to where that token stands in the prompt; at the end, what follows it."""
    VALUE = 4
    """Likewise for what a step or a conclusion takes from the prompt; a step's own title, which it may say again, is
    taken from its head, and by a conclusion from where the step says it again."""
    PLACE = 5
    """From a digit of a bound to the digit of the same place of the number that is compared with it."""
    LOWER = 6
    """From the token before a verdict to the first place of the first bound that differs."""
    UPPER = 7
    """Likewise for the second bound."""
    HERE = 8
    """From the token before what is taken from an item to that item's title in the prompt; from the token before a
    title to the title written last, if the next one follows it in the prompt."""
    LEAD = 9
    """From what stands before an item's title, and from the title, to the title of the item before."""
    BEFORE = 10
    """As `VALUE`, for what is taken from before its item's title: rarer and harder, so that it counts on its own."""
    HERE_BEFORE = 11
    """As `HERE`, for what is taken from before the title: the title before leads to it, which the title knows."""


NOTHING: Range = (0, 1)
"""Where a head looks that has nothing to look for: the prompt's first token."""


class GuideWriter:
    """Reads the strands of a sequence in their order and says what heads should look at."""

    def __init__(self, tokenizer: Tokenizer, items: PromptItems):
        self.tokenizer = tokenizer
        self.items = items
        self.found: list[tuple[int, int, int, int]] = []
        self.bodies: dict[tuple[bool, tuple[int, ...]], Range] = {}
        """Where the last step of a title stands, on the chain or beside it."""
        self.title: Range | None = None
        self.key: tuple[int, ...] = ()
        """The tokens of the step's title."""
        self.repeated: dict[tuple[bool, int], int] = {}
        """Where a step says its title again, on the chain or beside it, by the title's tokens in the prompt."""
        self.places = {tuple(items.tokens[slice(*item.title)]): item.title for item in items.items.values()}
        """Where titles stand in the prompt."""
        self._prompt()

    def _prompt(self) -> None:
        """Says of each token of an item whether it is before its title or behind, and which title tells so.

        Titles are known to what stands behind them only. What stands before one is known by the title before,
        which the title itself knows as well; in a head of its own, or it would be taken for the item before.
        """
        previous: Range | None = None
        for item in self.items.items.values():
            for token in range(*item.region):
                self.found += [(Guide.OWNER, token, *item.title), (Guide.LEAD, token, *NOTHING)]
            for token in range(item.lead[0], item.title[1]):
                self.found += [(Guide.OWNER, token, *NOTHING), (Guide.LEAD, token, *(previous or NOTHING))]
            if previous:
                self.found += [(Guide.PREVIOUS, token, *previous) for token in range(*item.title)]
            previous = item.title

    def strand(self, tokens: list[Token], following: list[Token], start: int, on_chain: bool) -> None:
        """`following` are the targets of a strand's `tokens`, which stand from `start` on."""
        begun: int | None = None
        if not on_chain:
            self.title = None
        self.key = ()
        for index, token in enumerate(tokens):
            at = start + index
            if token.id == self.tokenizer.step:
                begun = at + 1
            elif token.id == self.tokenizer.block_end:
                begun = self.title = None
            elif token.id == self.tokenizer.title_end and begun is not None:
                self.title = begun, at
                self.key = tuple(token.id for token in tokens[begun - start : index])
                begun = None
                self.bodies[on_chain, self.key] = at + 1, at + 1
            if self.title:
                self.found.append((Guide.OWNER, at, *self.title))
            if self.title and begun is None:
                self.bodies[on_chain, self.key] = self.title[1] + 1, at + 1
                if token.origin in range(*self.places.get(self.key, NOTHING)):
                    self.repeated[on_chain, token.origin] = at
            if following[index].kind is TokenClass.NEXT and self.title and self._goes_on(self.key, following[index]):
                # The next title in the prompt looks at this one through the same head, as `PREVIOUS`.
                self.found.append((Guide.HERE, at, *self.places[self.key]))
            if following[index].kind is not TokenClass.GIVEN:
                written = tokens[max(index - 1, 0) : index + 1]
                self._copy(written, following[index], at, on_chain, in_title=begun is not None)

    def _goes_on(self, title: tuple[int, ...], following: Token) -> bool:
        """Whether the prompt's next title follows, or the end behind its last one; not so in second rounds."""
        if title not in self.places:
            return False
        later = [start for start, _ in self.places.values() if start > self.places[title][0]]
        return following.origin == min(later, default=-1)

    def _source(self, origin: int, on_chain: bool) -> int:
        """Where a token of the prompt is read: one of a title in the step's head, and where a step repeats it."""
        owner = self.items.owner(origin)
        start, stop = self.items.items[owner].title if owner else NOTHING
        if not owner or not start <= origin < stop:
            return origin
        if self.title:
            return self.title[0] + origin - start if self.key == tuple(self.items.tokens[start:stop]) else origin
        return self.repeated.get((on_chain, origin), origin)

    def _copy(self, written: list[Token], token: Token, at: int, on_chain: bool, in_title: bool) -> None:
        # Behind a copy, what stands behind its source tells that it has ended; so it does where a comma came between.
        *earlier, last = written
        if token.kind in DECISIONS and last.origin < 0 and earlier and self.items.owner(earlier[0].origin):
            last = earlier[0]
        source, behind = (token.origin, 0) if token.origin >= 0 else (last.origin, 1)
        origin = (source if in_title else self._source(source, on_chain)) + behind
        owner = self.items.owner(token.origin) if token.origin >= 0 else None
        kind = Guide.TITLE if in_title else self._taken(token, owner)
        if origin > 0:
            self.found.append((kind, at, origin, origin + 1))
        if owner is None or kind is Guide.TITLE:
            return
        title = self.items.items[owner].title
        if token.kind not in (TokenClass.TEXT, TokenClass.ANSWER, TokenClass.NAMED, TokenClass.OPENING):
            self.found.append((Guide.HERE, at, *title))
            if kind is Guide.BEFORE:
                self.found.append((Guide.HERE_BEFORE, at, *title))
            return
        body = self.bodies.get((on_chain, tuple(self.items.tokens[title[0] : title[1]])))
        if body:
            self.found.append((Guide.WINNER, at, *body))

    def _taken(self, token: Token, owner: str | None) -> Guide:
        before = owner is not None and token.origin < self.items.items[owner].lead[1]
        return Guide.BEFORE if before else Guide.VALUE
