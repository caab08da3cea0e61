"""Lookups among random tokens: the circuit that retrieval needs, trained before any language.

A drill is a list of records, each a name of several tokens and some marked values, and one belt branch per record that
has to give one of its values. A branch sees no other branch, records are asked in any order, and all tokens are drawn
anew, so nothing but the name leads to the value. (After multi-query associative recall: Arora et al., "Zoology",
arXiv 2312.04927.)
"""

import random

from .pack import Packed, Packer, Stages
from .tokenizer import Tokenizer
from .written import Token, TokenClass, WrittenBlock, WrittenStep


class DrillMaker:
    def __init__(self, tokenizer: Tokenizer, copies: float = 0.5, fields: int = 3, gap: int = 4):
        self.tokenizer = tokenizer
        self.packer = Packer(tokenizer)
        self.copies = copies
        """Share of drills whose branches copy the whole record."""
        self.fields = fields
        """Most values of a record."""
        self.gap = gap
        """Most tokens that mean nothing before a value's mark."""
        self.newline = tokenizer.encode("\n")
        self.digits = [tokenizer.encode(str(digit))[0] for digit in range(10)]
        self.point = tokenizer.encode(".")
        self.words = [token for token in range(8, tokenizer.size) if token not in tokenizer.digits]

    def make(self, random_: random.Random, most_records: int) -> Packed:
        count = random_.randint(2, most_records)
        prompt, names, values, marks, records = self._records(random_, count)
        copies = random_.random() < self.copies
        order = random_.sample(range(count), count)
        steps = []
        for record in order:
            head = [self.tokenizer.step, *names[record], self.tokenizer.title_end]
            body = self._copy(records[record]) if copies else self._look_up(random_, marks, values[record])
            steps.append(WrittenStep([(token, TokenClass.GIVEN) for token in head], body))
        end: Token = (self.tokenizer.turn_end, TokenClass.GIVEN)
        stages = Stages(full=False, outline=False, reuse=False)
        return self.packer.pack(prompt, [WrittenBlock(steps), end], stages)

    def _look_up(self, random_: random.Random, marks, values) -> list[Token]:
        """One mark and its value, at once: the name alone leads there."""
        field = random_.randrange(len(marks))
        first, *rest = values[field]
        return [
            *((token, TokenClass.GIVEN) for token in marks[field]),
            (first, TokenClass.VALUE),
            # Once the first token is right, the others follow from the text: apart, the accuracy shows the lookup.
            *((token, TokenClass.BODY) for token in rest),
            (self.tokenizer.separator, TokenClass.FORMAT),
        ]

    def _copy(self, record: list[int]) -> list[Token]:
        """All that stands behind the name: an easier way to the same circuit."""
        return [*((token, TokenClass.BODY) for token in record), (self.tokenizer.separator, TokenClass.FORMAT)]

    def _records(self, random_: random.Random, count: int):
        """Prompt tokens, and by record the name and the values of each mark."""
        marks = [self._draw(random_, 1, 3) for _ in range(random_.randint(1, self.fields))]
        opening = self._draw(random_, 0, 3)
        closing = self._draw(random_, 0, 3)
        shared = self._draw(random_, 3, 6)
        prompt = [self.tokenizer.turn_start]
        names, values, records = [], [], []
        seen = set()
        for _ in range(count):
            name = self._name(random_, shared)
            while tuple(name) in seen:
                name = self._name(random_, shared)
            seen.add(tuple(name))
            names.append(name)
            values.append([self._value(random_) for _ in marks])
            prompt += [*opening, *name]
            start = len(prompt)
            for mark, value in zip(marks, values[-1], strict=True):
                filler = self._draw(random_, 0, self.gap) if random_.random() < 0.5 else []
                prompt += [*filler, *mark, *value]
            records.append(prompt[start:])
            prompt += [*closing, *self.newline]
        return prompt, names, values, marks, records

    def _name(self, random_: random.Random, shared: list[int]) -> list[int]:
        """One to five tokens, some of which other names have too."""
        length = random_.randint(1, 5)
        return [
            random_.choice(shared) if random_.random() < 0.25 else random_.choice(self.words) for _ in range(length)
        ]

    def _value(self, random_: random.Random) -> list[int]:
        kind = random_.random()
        if kind < 0.45:
            return [random_.choice(self.digits), *self.point, *random_.choices(self.digits, k=random_.randint(1, 2))]
        if kind < 0.65:
            return random_.choices(self.digits, k=2)
        return self._draw(random_, 1, 4)

    def _draw(self, random_: random.Random, least: int, most: int) -> list[int]:
        return random_.choices(self.words, k=random_.randint(least, most))
