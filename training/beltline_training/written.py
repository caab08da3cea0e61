"""A problem's answer as tokens: every token with the class that it has as a target."""

import re
from collections import Counter
from collections.abc import Iterator, Set
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple

from .items import PromptItems, Range, find_items
from .problem import Block, Fact, Problem, Section, Step, Text
from .tokenizer import BLOCK_END, TITLE_END, Tokenizer, step_marker


class TokenClass(IntEnum):
    """What a token is when it has to be predicted; weights and accuracies are kept by class."""

    GIVEN = -1
    """Not predicted: the prompt, or forced by the decoder."""
    TEXT = 0
    TITLE = 1
    BODY = 2
    VALUE = 3
    """What a body takes from its own item of the prompt: looked up, not guessed."""
    ANSWER = 4
    """The last line of the answer."""
    FORMAT = 5
    """Markers and the end of the turn."""
    LOOKUP = 6
    """Where only the item's name leads on: the first token of a value, and where another step's value of the same
    beginning goes on in another way. The rest follows from the text."""
    NEXT = 7
    """What follows `####`: the first token of the next title, or the end of the block."""
    DECISION = 8
    """Where the steps of a block part: the same two tokens go on in another way in another step, as verdicts do."""
    FIRST = 9
    """The first token of a block's first title: no title before leads to it."""
    PARTING = 10
    """Where a name could go on as another item's: the same token is followed by another one there."""
    NAMED = 11
    """The same in a conclusion that names one item, and the first token of that name: the answer hangs on it alone."""
    OPENING = 12
    """What stands before the first block: all that follows goes by how it takes the question, as one or as two."""
    RARE = 13
    """A decision that few steps of a long block make, as those do that meet the requirement: the answer hangs on it."""


OPENS_TITLE = (TokenClass.FIRST, TokenClass.NEXT)
TAKEN = (TokenClass.LOOKUP, TokenClass.VALUE)
DECISIONS = (TokenClass.DECISION, TokenClass.RARE)
RARELY = 1 / 5
"""The largest share of a block's steps that makes a decision rare."""


class Token(NamedTuple):
    id: int
    kind: TokenClass
    origin: int = -1
    """The token of the prompt that it is copied from, -1 where it is not."""


@dataclass(frozen=True)
class WrittenStep:
    head: list[Token]
    """`####title:`, with the block's own marker"""
    body: "list[Item]"


@dataclass(frozen=True)
class WrittenBlock:
    steps: list[WrittenStep]
    marker: list[Token]
    """`####`, or `>####` inside of a step: what opens each step, and the end."""


Item = Token | WrittenBlock
"""A line of tokens in which blocks stand where they are decoded in parallel."""


def write_answer(problem: Problem, tokenizer: Tokenizer, items: PromptItems | None = None) -> list[Item]:
    """The answer from its first token to the end of the turn; `items` are those of its prompt, if known."""
    return [
        *_Writer(tokenizer, items or find_items(problem, tokenizer), bool(problem.labels)).line(
            problem.sections, TokenClass.TEXT
        ),
        Token(tokenizer.turn_end, TokenClass.FORMAT),
    ]


def write_facts(problem: Problem, tokenizer: Tokenizer, items: PromptItems) -> list[list[Token]]:
    """The beginnings of steps about what items tell and nobody asks for; only that is predicted."""
    writer = _Writer(tokenizer, items, decides=False)
    return [tokens for group in problem.facts for tokens in writer.facts(group)]


def write_namings(problem: Problem, tokenizer: Tokenizer, items: PromptItems) -> dict[tuple[int, ...], list[Token]]:
    """What a conclusion that names one item would say of each other one, by the tokens of its title in the prompt.

    It ends with the name; only what is `NAMED` there is predicted.
    """
    return dict(_Writer(tokenizer, items, decides=False).namings(problem.sections[-1]))


def given(tokens: list[Token]) -> list[Token]:
    """The same tokens, not to be predicted."""
    return [Token(token.id, TokenClass.GIVEN, token.origin) for token in tokens]


def answer_text(sections: tuple[Section, ...], depth: int = 1) -> str:
    """The answer as text; sections and bodies bring their white space along."""
    marker = step_marker(depth)
    return "".join(
        section.text
        if isinstance(section, Text)
        else "".join(_step_text(step, depth) for step in section.steps) + marker + BLOCK_END
        for section in sections
    )


def _step_text(step: Step, depth: int) -> str:
    return step_marker(depth) + title_text(step.title) + TITLE_END + answer_text(step.body, depth + 1)


def title_text(title: str) -> str:
    """Small letters take a space along, so that the title is the same tokens as in the prompt; readers trim it."""
    title = title.strip()
    return f" {title}" if title[:1].islower() else title


WORD = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+")


def looked_up(prompt: str, bodies: list[str]) -> set[str]:
    """Words and numbers that a step takes from its own item: in the prompt, and in at most half of the bodies."""
    counts = Counter(word for body in bodies for word in set(WORD.findall(body)))
    known = set(WORD.findall(prompt))
    return {word for word, count in counts.items() if word in known and 2 * count <= len(bodies)}


def _mark_decisions(bodies: list[list[Item]], comma: int) -> None:
    following: dict[tuple[int, int], Counter[int]] = {}
    places: list[tuple[list[Item], int, tuple[int, int]]] = []
    for body in bodies:
        # Of what kind the value is: the question says so, for all steps alike.
        if len(body) > 1 and isinstance(body[1], Token) and body[1].kind is TokenClass.BODY:
            body[1] = body[1]._replace(kind=TokenClass.DECISION)
    # Behind what steps end with, whatever stands before it: whether they end is decided as well.
    ends = {body[-2].id for body in bodies if len(body) > 1 and isinstance(body[-2], Token)}
    for body in bodies:
        for index in range(2, len(body)):
            before, last, token = body[index - 2 : index + 1]
            if isinstance(before, WrittenBlock) or isinstance(last, WrittenBlock) or isinstance(token, WrittenBlock):
                continue
            # Whether a list of values goes on is decided behind its commas, whatever it listed.
            listed = before.kind in TAKEN and last.id == comma
            if token.origin < 0 or (listed and token.kind not in TAKEN):
                context = (-2 if listed else -1 if last.id in ends else before.id, last.id)
                following.setdefault(context, Counter())[token.id] += 1
                places.append((body, index, context))
    for body, index, context in places:
        count = following[context][body[index].id]
        if count < following[context].total():
            rare = count <= RARELY * len(bodies) < following[context].total()
            body[index] = body[index]._replace(kind=TokenClass.RARE if rare else TokenClass.DECISION)


def _mark_values(bodies: list[list[Item]]) -> None:
    """Where bodies that began alike part, only the item's name leads on; whether a value ends there is decided."""
    written = [
        (body, tuple(token.id for token in body)) for body in bodies if all(isinstance(token, Token) for token in body)
    ]
    following: dict[tuple[int, ...], set[int]] = {}
    for _, ids in written:
        for index, token in enumerate(ids):
            following.setdefault(ids[:index], set()).add(token)
    apart = {TokenClass.VALUE: TokenClass.LOOKUP, TokenClass.BODY: TokenClass.DECISION}
    for body, ids in written:
        for index, token in enumerate(body):
            if len(following[ids[:index]]) > 1:
                body[index] = token._replace(kind=apart.get(token.kind, token.kind))


COPIED = re.compile(r"[A-Z0-9]")
"""Words of a question that are quoted begin like this."""


class _Writer:
    def __init__(self, tokenizer: Tokenizer, items: PromptItems, decides: bool):
        self.tokenizer = tokenizer
        self.items = items
        self.decides = decides
        """Whether the steps judge; those of a plan part in wording only."""

    @cached_property
    def parting(self) -> set[int]:
        """The tokens of titles in the prompt, ends included, before which another title goes on in another way."""
        following: dict[int, set[int]] = {}
        places: list[tuple[int, int]] = []
        for start, stop in (item.title for item in self.items.items.values()):
            for index in range(start + 1, stop + 1):
                last = self.items.tokens[index - 1]
                following.setdefault(last, set()).add(self.items.tokens[index] if index < stop else -1)
                places.append((index, last))
        return {index for index, last in places if len(following[last]) > 1}

    def part(self, tokens: list[Token], title: Range, kind: TokenClass) -> list[Token]:
        """`tokens` with `kind` for the first one of the item's title and those where another title parts."""
        telling = {title[0], *self.parting.intersection(range(*title))}
        return [token._replace(kind=kind) if token.origin in telling else token for token in tokens]

    def line(
        self,
        sections: tuple[Section, ...],
        default: TokenClass,
        values: Set[str] = frozenset(),
        depth: int = 1,
        about: str | None = None,
    ) -> list[Item]:
        """`values` are the words that a step takes from its own item, `about` is the item's title."""
        line: list[Item] = []
        for index, section in enumerate(sections):
            if isinstance(section, Block):
                line.append(self.block(section, depth))
                continue
            text = section.text
            if index == len(sections) - 1 and default is TokenClass.TEXT:
                about = self.only_title(text)
                start, _, answer = text.rpartition("\n")
                start += "\n" if text != answer else ""
                line += self.conclusion(start, about)
                line += self.tokens(answer, TokenClass.ANSWER, about=about)
            else:
                opens = index == 0 and default is TokenClass.TEXT
                tokens = self.tokens(text, TokenClass.OPENING if opens else default, values, about)
                item = self.items.items.get(about or "")
                # A step may say its own title again, where others' titles are as hard to tell apart as in a conclusion.
                line += self.part(tokens, item.title, TokenClass.LOOKUP) if item else tokens
        return line

    def conclusion(self, text: str, about: str | None) -> list[Token]:
        """What stands before the answer's last line; the name of the one item that it is about is `NAMED`."""
        tokens = self.tokens(text, TokenClass.TEXT, about=about)
        return self.part(tokens, self.items.items[about].title, TokenClass.NAMED) if about else tokens

    def only_title(self, text: str) -> str | None:
        """The one item that a conclusion names."""
        named = [title for title in self.items.items if re.search(re.escape(title) + r"(?!\w)", text)]
        return named[0] if len(named) == 1 else None

    def block(self, block: Block, depth: int) -> WrittenBlock:
        values = looked_up(self.items.prompt, [answer_text(step.body) for step in block.steps])
        marker = [Token(token, TokenClass.FORMAT) for token in self.tokenizer.encode(step_marker(depth))]
        steps = [
            WrittenStep(
                [*marker, *self.title(step.title, TokenClass.NEXT if index else TokenClass.FIRST)],
                self.line(step.body, TokenClass.BODY, values, depth + 1, step.title.strip()),
            )
            for index, step in enumerate(block.steps)
        ]
        if self.decides:
            bodies = [step.body for step in steps]
            _mark_decisions(bodies, self.tokenizer.encode(",")[-1])
            _mark_values(bodies)
        return WrittenBlock(steps, marker)

    def facts(self, facts: tuple[Fact, ...]) -> Iterator[list[Token]]:
        values = looked_up(self.items.prompt, [fact.given + fact.body for fact in facts])
        for fact in facts:
            text = fact.given + fact.body
            offsets = self.tokenizer.base.encode(text, add_special_tokens=False).offsets
            if any(start < len(fact.given) < end for start, end in offsets):
                continue
            # What is given is no longer looked up.
            own = values - set(WORD.findall(fact.given))
            tokens = self.tokens(text, TokenClass.BODY, own, fact.title.strip())
            count = sum(end <= len(fact.given) for _, end in offsets)
            head = [Token(self.tokenizer.step, TokenClass.GIVEN), *self.title(fact.title)]
            yield [*given([*head, *tokens[:count]]), *tokens[count:]]

    def namings(self, conclusion: Section) -> Iterator[tuple[tuple[int, ...], list[Token]]]:
        opening = conclusion.text.rpartition("\n")[0] if isinstance(conclusion, Text) else ""
        named = self.only_title(opening)
        if named is None:
            return
        before = opening[: opening.index(named)]
        for title, item in self.items.items.items():
            tokens = self.conclusion(before + title, title)
            written = [token if token.kind is TokenClass.NAMED else given([token])[0] for token in tokens]
            if title != named and any(token.kind is TokenClass.NAMED for token in written):
                yield tuple(self.items.tokens[slice(*item.title)]), written

    def title(self, title: str, opening: TokenClass = TokenClass.NEXT) -> list[Token]:
        tokens = self.tokens(title_text(title), TokenClass.TITLE)
        item = self.items.items.get(title.strip())
        end = Token(self.tokenizer.title_end, TokenClass.TITLE)
        if item:
            tokens = self.part(self.copied(tokens, item.title[0]), item.title, TokenClass.PARTING)
            if item.title[1] in self.parting:
                end = end._replace(kind=TokenClass.PARTING)
        first, *rest = tokens
        return [first._replace(kind=opening), *rest, end]

    def copied(self, tokens: list[Token], origin: int) -> list[Token]:
        """Tokens with their origins in the prompt, as far as these are the same tokens."""
        same = zip(tokens, self.items.tokens[origin:], strict=False)
        return [
            token._replace(origin=origin + index) if token.id == source else token
            for index, (token, source) in enumerate(same)
        ]

    def tokens(
        self, text: str, default: TokenClass, values: Set[str] = frozenset(), about: str | None = None
    ) -> list[Token]:
        """Encodes a text; what belongs to one of `values` has the class LOOKUP or VALUE."""
        encoding = self.tokenizer.base.encode(text, add_special_tokens=False)
        spans = [match.span() for match in WORD.finditer(text) if match.group() in values]
        tokens: list[Token] = []
        for token, (start, end) in zip(encoding.ids, encoding.offsets, strict=True):
            while spans and spans[0][1] <= start:
                spans.pop(0)
            inside = bool(spans) and spans[0][0] < end
            if token == self.tokenizer.separator:
                kind = TokenClass.FORMAT
            elif inside:
                kind = TokenClass.LOOKUP if start <= spans[0][0] else TokenClass.VALUE
            else:
                kind = default
            tokens.append(Token(token, kind))
        return self.with_origins(text, encoding.offsets, tokens, values, about)

    def with_origins(
        self, text: str, offsets: list[Range], tokens: list[Token], values: Set[str], about: str | None
    ) -> list[Token]:
        """Says of words that stand in the item which the text is about, or in the question, where they come from."""
        item = self.items.items.get(about or "")
        if item is None:
            return tokens
        after = item.region[0]
        seen: Counter[str] = Counter()
        taking = taken = False
        for number, match in enumerate(WORD.finditer(text)):
            word = match.group()
            if not COPIED.match(word):
                # What the item does not say ends its value.
                taken = taken or (taking and self.items.find_own(word, item, after) is None)
                continue
            # A step's first word says of what kind the value is, though the value may have the same word.
            label = number == 0 and word not in values and not word[0].isdigit()
            seen[word] += not label
            first = next(index for index, (_, end) in enumerate(offsets) if end > match.start())
            length = sum(match.start() < end and start < match.end() for start, end in offsets)
            # In "it is A, asked is A" the second one is the question's, although the item has it too.
            restated = (seen[word] == 2 or taken) and word not in values
            asked = self.items.outside(word) if restated else None
            own = self.items.find_own(word, item, after) if asked is None else None
            origin = own if own is not None else self.items.outside(word)
            if origin is None:
                continue
            tokens[first : first + length] = self.copied(tokens[first : first + length], origin)
            if own is not None:
                after = max(after, own)
                if tokens[first].origin >= 0:
                    # Whether a step says its title again is decided before it, not copied.
                    if tokens[first].origin not in range(*item.title):
                        self.copy_before(tokens, first, item.lead[0])
                    if not label and not taken:
                        self.take(tokens, first, length)
                        taking = True
            elif first > 1 and origin > 1 and word[0].isdigit():
                # What a bound is, above or below, follows from the words before its number.
                tokens[first - 2] = tokens[first - 2]._replace(kind=TokenClass.DECISION, origin=origin - 2)
        return tokens

    def take(self, tokens: list[Token], first: int, length: int) -> None:
        """Classes a word of a value that is none of `values`, for many items have it: it is looked up all the same."""
        begins = first < 2 or tokens[first - 2].kind not in TAKEN
        for index in range(first, first + length):
            if tokens[index].kind is TokenClass.BODY:
                opens = begins and index == first
                tokens[index] = tokens[index]._replace(kind=TokenClass.LOOKUP if opens else TokenClass.VALUE)

    def copy_before(self, tokens: list[Token], index: int, start: int) -> None:
        """What stands before a copied word and is the same in the prompt, from `start` on, is copied along with it."""
        origin = tokens[index].origin - 1
        while index > 0 and origin >= start and tokens[index - 1].id == self.items.tokens[origin]:
            index -= 1
            if tokens[index].origin >= 0:
                return
            tokens[index] = tokens[index]._replace(origin=origin)
            origin -= 1
