"""A problem's answer as tokens: every token with the class that it has as a target."""

from dataclasses import dataclass
from enum import IntEnum

from .problem import Block, Problem, Section, Step, Text
from .tokenizer import BLOCK_END, STEP, TITLE_END, Tokenizer


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
    """The answer as text; sections and bodies bring their white space along."""
    return "".join(
        section.text
        if isinstance(section, Text)
        else "".join(_step_text(step) for step in section.steps) + STEP + BLOCK_END
        for section in sections
    )


def _step_text(step: Step) -> str:
    return STEP + title_text(step.title) + TITLE_END + answer_text(step.body)


def title_text(title: str) -> str:
    """Small letters take a space along, so that the title is the same tokens as in the prompt; readers trim it."""
    title = title.strip()
    return f" {title}" if title[:1].islower() else title


class _Writer:
    def __init__(self, tokenizer: Tokenizer):
        self.tokenizer = tokenizer

    def line(self, sections: tuple[Section, ...], default: TokenClass) -> list[Item]:
        items: list[Item] = []
        for index, section in enumerate(sections):
            if isinstance(section, Block):
                items.append(self.block(section))
                continue
            text = section.text
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
                body=self.line(step.body, TokenClass.BODY),
            )
            for step in block.steps
        ]
        return WrittenBlock(steps)

    def tokens(self, text: str, default: TokenClass) -> list[Token]:
        return [(token, self.classify(token, default)) for token in self.tokenizer.encode(text)]

    def classify(self, token: int, default: TokenClass) -> TokenClass:
        if token == self.tokenizer.separator:
            return TokenClass.FORMAT
        if default is TokenClass.BODY and token in self.tokenizer.digits:
            return TokenClass.VALUE
        return default
