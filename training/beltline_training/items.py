"""Where a problem's items stand in its prompt: which tokens are an item's title, and which are about it."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from .problem import Block, Problem
from .tokenizer import Tokenizer, chat

Range = tuple[int, int]
"""Half-open."""


@dataclass(frozen=True)
class Item:
    """One item of a prompt; ranges are of tokens."""

    title: Range
    region: Range
    """What is said of it: from its title's end to the end of its text."""
    lead: Range
    """What its line says before the title."""


@dataclass
class PromptItems:
    """The prompt as tokens with their places in the text, and the items that the first block's steps are about."""

    prompt: str
    tokens: list[int]
    offsets: list[Range]
    items: dict[str, Item] = field(default_factory=dict)
    """By title; empty where the titles do not all stand in the prompt, in order."""
    _found: dict[str, list[int]] = field(default_factory=dict, repr=False)
    """First tokens of a word's occurrences; the steps of a block ask for the same words."""

    def find(self, word: str, within: Range, after: int = 0) -> int | None:
        """The first token of a whole word in a range of tokens, the first one from `after` on if there is one."""
        inside = [token for token in self._starts(word) if within[0] <= token < within[1]]
        return next((token for token in inside if token >= after), inside[0] if inside else None)

    def find_own(self, word: str, item: Item, after: int) -> int | None:
        """The first token of a whole word in what is said of an item, else in what stands before its title."""
        behind = self.find(word, (item.title[0], item.region[1]), after)
        return self.find(word, item.lead) if behind is None else behind

    def outside(self, word: str) -> int | None:
        """The first token of a whole word that stands in no item: in the question."""
        ranges = [(item.lead[0], item.region[1]) for item in self.items.values()]
        return next((t for t in self._starts(word) if not any(start <= t < stop for start, stop in ranges)), None)

    def owner(self, token: int) -> str | None:
        """The title of the item that a token belongs to."""
        found = (t for t, item in self.items.items() if item.lead[0] <= token < item.region[1])
        return next(found, None)

    def _starts(self, word: str) -> list[int]:
        if word not in self._found:
            self._found[word] = [self._token_at(match.start()) for match in _whole(word).finditer(self.prompt)]
        return self._found[word]

    def _token_at(self, character: int) -> int:
        return bisect_right(self.offsets, character, key=lambda offset: offset[1])


def find_items(problem: Problem, tokenizer: Tokenizer) -> PromptItems:
    text = chat(problem.prompt)
    encoding = tokenizer.base.encode(text, add_special_tokens=False)
    found = PromptItems(text, encoding.ids, encoding.offsets)
    block = next((section for section in problem.sections if isinstance(section, Block)), None)
    spans = _title_spans(text, [step.title.strip() for step in block.steps]) if block else {}
    leads = _lead_starts(text, list(spans.values()))
    for index, (title, (start, stop)) in enumerate(spans.items()):
        end = leads[index + 1] if index + 1 < len(leads) else _end_of_line(text, stop)
        first, last, behind = found._token_at(start), found._token_at(stop - 1) + 1, found._token_at(end - 1) + 1
        found.items[title] = Item((first, last), (last, behind), (found._token_at(leads[index]), first))
    return found


def _lead_starts(text: str, spans: list[Range]) -> list[int]:
    """Where the titles' lines begin, or the titles themselves where an earlier one stands in their line."""
    leads: list[int] = []
    before = 0
    for start, stop in spans:
        line = text.rfind("\n", 0, start) + 1
        leads.append(line if line >= before else start)
        before = stop
    return leads


def _title_spans(text: str, titles: list[str]) -> dict[str, Range]:
    spans: dict[str, Range] = {}
    at = 0
    for title in titles:
        match = _whole(title).search(text, at)
        if match is None or title in spans:
            return {}
        spans[title] = match.span()
        at = match.end()
    return spans


def _end_of_line(text: str, at: int) -> int:
    end = re.compile(r"\n|<\|im_end\|>").search(text, at)
    return end.start() if end else len(text)


def _whole(word: str) -> re.Pattern:
    """A word as a whole; Chinese has no spaces between words."""
    before = r"(?<![A-Za-z0-9.])" if word[0].isascii() else ""
    after = r"(?![A-Za-z0-9]|\.\d)" if word[-1].isascii() else ""
    return re.compile(before + re.escape(word) + after)
