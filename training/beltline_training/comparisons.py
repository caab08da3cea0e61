"""What heads should look at where a step compares its number with one or two bounds that it restates.

The first number of a step is the item's, the others are what is asked for. Read from the left, place by place, the
first difference decides; where one number ends before the other, what follows it stands in the place of a digit. So
numbers must have as many digits before the point; of others nothing is told.
"""

from .guides import Guide
from .items import Range
from .tokenizer import Tokenizer
from .written import DECISIONS, Token


class ComparisonWriter:
    """Finds the numbers of steps by their tokens, one for each digit."""

    def __init__(self, tokenizer: Tokenizer):
        self.tokenizer = tokenizer
        self.digits = {token for digit in "0123456789" for token in tokenizer.encode(digit)}
        [self.point] = tokenizer.encode(".")

    def strand(self, tokens: list[Token], following: list[Token], start: int) -> list[tuple[int, int, int, int]]:
        """The guides of a strand, whose `tokens` have the targets `following` and stand from `start` on."""
        found: list[tuple[int, int, int, int]] = []
        ids = [token.id for token in tokens]
        for body in self._bodies(ids):
            for kind, query, target in self._compare(ids, following, body):
                found.append((kind, start + query, start + target, start + target + 1))
        return found

    def _bodies(self, ids: list[int]) -> list[Range]:
        """From behind each title to the blank line."""
        begun = [index + 1 for index, token in enumerate(ids) if token == self.tokenizer.title_end]
        ends = [*(index for index, token in enumerate(ids) if token == self.tokenizer.separator), len(ids)]
        return [(start, next(end for end in ends if end >= start)) for start in begun]

    def _compare(self, ids: list[int], following: list[Token], body: Range) -> list[tuple[Guide, int, int]]:
        numbers = self._numbers(ids, body)
        if not 2 <= len(numbers) <= 3 or numbers[-1][1] >= body[1]:
            return []
        value, *bounds = numbers
        stop = ids[body[1] - 1]
        behind = range(bounds[-1][1], body[1])
        verdicts = [i for i in behind if following[i].kind in DECISIONS and ids[i] != stop]
        if not verdicts:
            return []
        found: list[tuple[Guide, int, int]] = []
        for kind, bound in zip((Guide.LOWER, Guide.UPPER), bounds, strict=False):
            if self._whole_digits(ids, bound) != self._whole_digits(ids, value):
                continue
            # The token behind a number counts as its last place.
            places = min(value[1] - value[0], bound[1] - bound[0]) + 1
            found += [(Guide.PLACE, bound[0] + place, value[0] + place) for place in range(places)]
            parts = (place for place in range(places) if not self._same(ids, value, bound, place))
            place = next(parts, None)
            if place is not None:
                found += [(kind, verdict, bound[0] + place) for verdict in verdicts]
        return found

    def _numbers(self, ids: list[int], body: Range) -> list[Range]:
        numbers: list[Range] = []
        at = body[0]
        while at < body[1]:
            start = at
            while at < body[1] and (
                ids[at] in self.digits
                or (at > start and ids[at] == self.point and at + 1 < body[1] and ids[at + 1] in self.digits)
            ):
                at += 1
            if at > start:
                numbers.append((start, at))
            at += 1
        return numbers

    def _whole_digits(self, ids: list[int], number: Range) -> int:
        digits = ids[slice(*number)]
        return digits.index(self.point) if self.point in digits else len(digits)

    @staticmethod
    def _same(ids: list[int], value: Range, bound: Range, place: int) -> bool:
        ends = value[0] + place == value[1], bound[0] + place == bound[1]
        return all(ends) or (not any(ends) and ids[value[0] + place] == ids[bound[0] + place])
