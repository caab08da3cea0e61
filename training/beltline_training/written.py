"""A problem's answer as tokens: every token with the class that it has as a target."""

import re
from collections import Counter
from collections.abc import Set
from dataclasses import dataclass
from enum import IntEnum

from .problem import Block, Problem, Section, Step, Text
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
    """The first token of a value: only the item's name leads to it, the rest follows from the text."""
    NEXT = 7
    """What follows `####`: the first token of the next title, or the end of the block."""


Token = tuple[int, TokenClass]


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


def write_answer(problem: Problem, tokenizer: Tokenizer) -> list[Item]:
    """The answer from its first token to the end of the turn."""
    return [
        *_Writer(tokenizer, problem.prompt).line(problem.sections, TokenClass.TEXT),
        (tokenizer.turn_end, TokenClass.FORMAT),
    ]


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


class _Writer:
    def __init__(self, tokenizer: Tokenizer, prompt: str):
        self.tokenizer = tokenizer
        self.prompt = prompt

    def line(
        self, sections: tuple[Section, ...], default: TokenClass, values: Set[str] = frozenset(), depth: int = 1
    ) -> list[Item]:
        items: list[Item] = []
        for index, section in enumerate(sections):
            if isinstance(section, Block):
                items.append(self.block(section, depth))
                continue
            text = section.text
            if index == len(sections) - 1 and default is TokenClass.TEXT:
                start, _, answer = text.rpartition("\n")
                start += "\n" if text != answer else ""
                items += self.tokens(start, default) + self.tokens(answer, TokenClass.ANSWER)
            else:
                items += self.tokens(text, default, values)
        return items

    def block(self, block: Block, depth: int) -> WrittenBlock:
        values = looked_up(self.prompt, [answer_text(step.body) for step in block.steps])
        marker = [(token, TokenClass.FORMAT) for token in self.tokenizer.encode(step_marker(depth))]
        steps = [
            WrittenStep([*marker, *self.title(step)], self.line(step.body, TokenClass.BODY, values, depth + 1))
            for step in block.steps
        ]
        return WrittenBlock(steps, marker)

    def title(self, step: Step) -> list[Token]:
        (first, _), *rest = self.tokens(title_text(step.title), TokenClass.TITLE)
        return [(first, TokenClass.NEXT), *rest, (self.tokenizer.title_end, TokenClass.TITLE)]

    def tokens(self, text: str, default: TokenClass, values: Set[str] = frozenset()) -> list[Token]:
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
            tokens.append((token, kind))
        return tokens
