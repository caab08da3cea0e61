"""Names made of other tokens: still the same problem, with the same copies."""

import random
from dataclasses import replace

import numpy as np
import pytest
from test_packing import ONE, block, small_tokenizer

from beltline_training.guides import Guide
from beltline_training.items import find_items
from beltline_training.pack import Packed, Packer
from beltline_training.substitute import Substitution
from beltline_training.tokenizer import chat
from beltline_training.written import write_answer


@pytest.fixture(scope="module")
def tokenizer():
    return small_tokenizer()


@pytest.fixture(scope="module")
def packed(tokenizer) -> Packed:
    items = find_items(ONE, tokenizer)
    return Packer(tokenizer).pack(items.tokens, write_answer(ONE, tokenizer, items), items=items)


def exchanges(before: Packed, after: Packed) -> dict[int, int]:
    changed = before.tokens != after.tokens
    return dict(zip(before.tokens[changed].tolist(), after.tokens[changed].tolist(), strict=True))


@pytest.mark.parametrize("seed", range(20))
def test_a_token_is_exchanged_everywhere_and_for_one_that_the_problem_does_not_have(seed, packed, tokenizer):
    after = Substitution(tokenizer)(packed, random.Random(seed))
    table = exchanges(packed, after)
    assert len(set(table.values())) == len(table)
    assert not set(table.values()) & {*packed.tokens.tolist(), *packed.targets.tolist()}
    for array, exchanged in ((packed.tokens, after.tokens), (packed.targets, after.targets)):
        assert exchanged.tolist() == [table.get(token, token) for token in array.tolist()]


def test_names_are_exchanged_mostly_for_tokens_of_their_kind_and_nothing_else_is(packed, tokenizer):
    substitution = Substitution(tokenizer)
    tables = [exchanges(packed, substitution(packed, random.Random(seed))) for seed in range(20)]
    exchanged = {tokenizer.decode([token]) for table in tables for token in table}
    # The question stands in the line of the last item.
    assert exchanged and exchanged <= {"Ann", "A", "nn", "n", "Bo", "B", "o", "Who"}
    pairs = [pair for table in tables for pair in table.items()]
    alike = sum(substitution.kinds[before] == substitution.kinds[after] for before, after in pairs)
    assert 0.5 * len(pairs) < alike < len(pairs)
    framed = set(tokenizer.encode(chat("")))
    assert not any(token in framed for table in tables for token in table)


def test_what_is_copied_is_still_the_same_as_its_source(packed, tokenizer):
    copies = packed.guides[np.isin(packed.guides[:, 0], (Guide.TITLE, Guide.VALUE))]
    same = packed.targets[copies[:, 1]] == packed.tokens[copies[:, 2]]
    after = Substitution(tokenizer)(packed, random.Random(1))
    assert (after.targets[copies[:, 1]] == after.tokens[copies[:, 2]]).tolist() == same.tolist() and same.any()
    assert exchanges(packed, after)


def test_a_sequence_without_names_stays_as_it_is(packed, tokenizer):
    bare = replace(packed, guides=packed.guides[:0])
    assert exchanges(bare, Substitution(tokenizer)(bare, random.Random(1))) == {}


def test_what_the_answer_decides_is_not_exchanged_though_the_items_have_it_too(tokenizer):
    labels = replace(
        ONE,
        prompt="Ann, Age 29.\nBo, Age 31.\nWho is 31?",
        sections=(ONE.sections[0], block(("Ann", "Age is 29, so no."), ("Bo", "Age is 31, so yes.")), ONE.sections[2]),
    )
    items = find_items(labels, tokenizer)
    packed = Packer(tokenizer).pack(items.tokens, write_answer(labels, tokenizer, items), items=items)
    (label, *_) = tokenizer.encode("Age")
    tables = [exchanges(packed, Substitution(tokenizer)(packed, random.Random(seed))) for seed in range(20)]
    assert any(tables) and not any(label in table for table in tables)
