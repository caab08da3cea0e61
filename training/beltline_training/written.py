"""A problem's answer as tokens: every token with the class that it has as a target."""

from dataclasses import dataclass
from enum import IntEnum

from .problem import Block, Problem, Section, Text
from .tokenizer import BLOCK_END, SEPARATOR, STEP, TITLE_END, Tokenizer


class TokenClass(IntEnum):
    """What a token is when it has to be predicted; weights and accuracies are kept by class."""

    GIVEN = -1
    """Not predicted: the prompt, or forced by the decoder."""
    TEXT = 0
    TITLE = 1
    BODY = 2
    VALUE = 3
    """A digit in a body: looked up, not guessed."""
    ANSWER = 4
    """The last line of the answer."""
    FORMAT = 5
    """Markers and the end of the turn."""


Token = tuple[int, TokenClass]


@dataclass(frozen=True)
class WrittenStep:
    head: list[Token]
    """`####title:`"""
    body: "list[Item]"


@dataclass(frozen=True)
class WrittenBlock:
    steps: list[WrittenStep]


Item = Token | WrittenBlock
"""A line of tokens in which blocks stand where they are decoded in parallel."""


def write_answer(problem: Problem, tokenizer: Tokenizer) -> list[Item]:
    """The answer from its first token to the end of the turn."""
    return [*_Writer(tokenizer).line(problem.sections, TokenClass.TEXT), (tokenizer.turn_end, TokenClass.FORMAT)]


def answer_text(sections: tuple[Section, ...]) -> str:
    """The answer as text: the markers and the white space that the format wants between its parts."""
    parts: list[str] = []
    for index, section in enumerate(sections):
        if isinstance(section, Block):
            steps = (f"{STEP}{title_text(s.title)}{TITLE_END}{body_text(answer_text(s.body))}" for s in section.steps)
            parts.append("".join(steps) + STEP + BLOCK_END)
        else:
            parts.append(section_text(sections, index))
    return "".join(parts)


def title_text(title: str) -> str:
    """Small letters take a space along, so that the title is the same tokens as in the prompt; readers trim it."""
    title = title.strip()
    return f" {title}" if title[:1].islower() else title


def body_text(body: str) -> str:
    """A body with a space after the colon (none before Chinese) and a blank line at its end."""
    body = body.strip()
    gap = " " if body[:1].isascii() and not body.startswith(STEP) else ""
    return gap + body + SEPARATOR


def section_text(sections: tuple[Section, ...], index: int) -> str:
    """A text between blocks: a line break after a block's end, a blank line before a block's beginning."""
    section = sections[index]
    assert isinstance(section, Text)
    before = "\n" if index > 0 else ""
    after = SEPARATOR if index + 1 < len(sections) else ""
    return before + section.text.strip() + after


class _Writer:
    def __init__(self, tokenizer: Tokenizer):
        self.tokenizer = tokenizer

    def line(self, sections: tuple[Section, ...], default: TokenClass) -> list[Item]:
        items: list[Item] = []
        for index, section in enumerate(sections):
            if isinstance(section, Block):
                items.append(self.block(section))
                continue
            text = section_text(sections, index)
            if index == len(sections) - 1 and default is TokenClass.TEXT:
                start, _, answer = text.rpartition("\n")
                start += "\n" if text != answer else ""
                items += self.tokens(start, default) + self.tokens(answer, TokenClass.ANSWER)
            else:
                items += self.tokens(text, default)
        return items

    def block(self, block: Block) -> WrittenBlock:
        steps = [
            WrittenStep(
                head=[
                    (self.tokenizer.step, TokenClass.FORMAT),
                    *((token, TokenClass.TITLE) for token in self.tokenizer.encode(title_text(step.title))),
                    (self.tokenizer.title_end, TokenClass.TITLE),
                ],
                body=self.body(step.body),
            )
            for step in block.steps
        ]
        return WrittenBlock(steps)

    def body(self, sections: tuple[Section, ...]) -> list[Item]:
        if len(sections) == 1 and isinstance(sections[0], Text):
            return [*self.tokens(body_text(sections[0].text), TokenClass.BODY)]
        nested = self.line(sections, TokenClass.BODY)
        space = self.tokens(" ", TokenClass.BODY)
        return [*space, *nested, (self.tokenizer.separator, TokenClass.FORMAT)]

    def tokens(self, text: str, default: TokenClass) -> list[Token]:
        return [(token, self.classify(token, default)) for token in self.tokenizer.encode(text)]

    def classify(self, token: int, default: TokenClass) -> TokenClass:
        if token == self.tokenizer.separator:
            return TokenClass.FORMAT
        if default is TokenClass.BODY and token in self.tokenizer.digits:
            return TokenClass.VALUE
        return default
