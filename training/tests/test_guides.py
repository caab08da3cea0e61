"""What heads are told, read back as text, and what it costs not to do so."""

from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
import torch
from test_packing import ONE, TWO, block, small_tokenizer

from beltline_training.batch import collate
from beltline_training.comparisons import ComparisonWriter
from beltline_training.guide_loss import guide_losses, guided_head, guided_layers
from beltline_training.guides import Guide
from beltline_training.initialise import deepened
from beltline_training.items import find_items
from beltline_training.model import Llama, ModelConfig
from beltline_training.pack import Packed, Packer, Stages
from beltline_training.problem import Fact, Text
from beltline_training.written import OPENS_TITLE, Token, TokenClass, write_answer, write_facts

BEFORE_NAMES = replace(
    ONE,
    prompt="At 29, Ann has 3.\nAt 31, Bo has 4.\nWho is 31?",
    facts=((Fact("Ann", " Her age is", " 29,"), Fact("Bo", " Her age is", " 31,")),),
)


@pytest.fixture(scope="module")
def tokenizer():
    return small_tokenizer()


def pack(problem, tokenizer, stages=Stages()) -> Packed:  # noqa: B008
    items = find_items(problem, tokenizer)
    return Packer(tokenizer).pack(items.tokens, write_answer(problem, tokenizer, items), stages, items)


def told(packed: Packed, tokenizer) -> dict[Guide, set[tuple[str, str]]]:
    """For each kind, the token that is predicted or that looks, and what it should look at."""
    found = defaultdict(set)
    for kind, query, start, stop in packed.guides.tolist():
        copied = kind in (Guide.TITLE, Guide.VALUE, Guide.WINNER)
        asking = packed.targets[query] if copied else packed.tokens[query]
        found[Guide(kind)].add((tokenizer.decode([int(asking)]), tokenizer.decode(packed.tokens[start:stop].tolist())))
    return found


def test_items_are_found_by_their_titles(tokenizer):
    items = find_items(ONE, tokenizer)
    texts = {
        title: [tokenizer.decode(items.tokens[slice(*span)]) for span in (item.title, item.region)]
        for title, item in items.items.items()
    }
    assert texts["Ann"][0] == "Ann" and texts["Ann"][1].startswith(" is 29.")
    assert texts["Bo"] == ["Bo", " is 31. Who is 31?"]
    assert find_items(replace(ONE, prompt="Bo is 31. Ann is 29."), tokenizer).items == {}


def test_heads_are_told_where_titles_and_values_come_from(tokenizer):
    packed = pack(ONE, tokenizer)
    guides = told(packed, tokenizer)
    copies = [guide for guide in packed.guides.tolist() if guide[0] in (Guide.TITLE, Guide.VALUE)]
    assert len(copies) > 8
    for _, query, start, stop in copies:
        ends = packed.tokens[start] != packed.targets[query]
        # Where a copy ends, what stands behind its source.
        assert stop == start + 1 and (not ends or packed.tokens[start - 1] == packed.tokens[query])
    assert ("2", "2") in guides[Guide.VALUE] and ("3", "3") in guides[Guide.VALUE]
    assert guides[Guide.PREVIOUS] <= {(token, "Ann") for token in ("B", "o", "Bo")} and guides[Guide.PREVIOUS]
    first = tokenizer.decode(packed.tokens[:1].tolist())
    assert {title for _, title in guides[Guide.OWNER]} == {"Ann", "Bo", first}
    assert {title for token, title in guides[Guide.OWNER] if token in ("29", "31", "9")} <= {"Ann", "Bo"}
    assert {title for token, title in guides[Guide.LEAD] if token in ("Bo", "B", "o")} == {"Ann"}
    assert {title for _, title in guides[Guide.LEAD]} == {"Ann", first}
    assert {body for _, body in guides[Guide.WINNER]} == {" 31, so yes.\n\n"}


def test_a_title_that_a_step_repeats_is_copied_from_its_head_and_from_there_by_the_conclusion(tokenizer):
    repeats = replace(
        ONE,
        sections=(Text("Let us see.\n\n"), block(("Ann", "29."), ("Bo", "31. Bo fits.")), Text("\nOnly Bo.\nname: Bo")),
    )
    packed = pack(repeats, tokenizer)
    title = find_items(repeats, tokenizer).items["Bo"].title
    name = packed.tokens[slice(*title)].tolist()
    # Heads, repetitions and conclusions of the chain and of the branch, and the outline's title.
    starts = [at for at in range(len(packed)) if packed.tokens[at : at + len(name)].tolist() == name]
    told = {query + 1: start for kind, query, start, _ in packed.guides.tolist() if kind in (Guide.TITLE, Guide.VALUE)}
    sources = [told.get(at) for at in starts]
    prompt, head, repeated, only, answer, outlined, own_head, own_repeated, own_only, own_answer = starts
    assert prompt == title[0]
    assert sources == [None, prompt, head, repeated, repeated, prompt, None, own_head, own_repeated, own_repeated]


def test_in_a_second_round_that_leaves_items_out_no_head_is_told_where_the_last_title_stands(tokenizer):
    steps = [(name, f"Of {name}.") for name in ("Ann", "Bo", "Cy")]
    blocks = block(*steps), Text("\nThen.\n\n"), block(steps[0], steps[2])
    rounds = replace(ONE, prompt="Ann is 29. Bo is 31. Cy is 35.", sections=(*blocks, Text("\nname: Bo")))
    packed = pack(rounds, tokenizer)
    items = find_items(rounds, tokenizer)
    ann, bo, cy = (item.title[0] for item in items.items.values())
    found = {query: start for kind, query, start, _ in packed.guides.tolist() if kind == Guide.HERE}
    asking = np.flatnonzero(np.isin(packed.classes[: packed.chain], OPENS_TITLE))
    assert [found.get(query) for query in asking] == [None, ann, bo, cy, None, None, cy]


def test_before_a_title_a_head_is_told_where_the_last_one_stands_in_the_prompt(tokenizer):
    packed = pack(ONE, tokenizer, Stages(full=False, branches=False, reuse=False))
    items = find_items(ONE, tokenizer)
    asking = np.flatnonzero(np.isin(packed.classes, OPENS_TITLE))
    found = {query: start for kind, query, start, _ in packed.guides.tolist() if kind == Guide.HERE}
    assert [found.get(query) for query in asking] == [None, *(item.title[0] for item in items.items.values())]


@pytest.mark.parametrize(
    "stages", [Stages(), Stages(full=False), Stages(full=False, branches=False, reuse=False)], ids=str
)
@pytest.mark.parametrize("case", [ONE, TWO, BEFORE_NAMES])
def test_heads_are_told_one_thing_at_a_token_and_nothing_that_they_cannot_see(case, stages, tokenizer):
    items = find_items(case, tokenizer)
    facts = write_facts(case, tokenizer, items)
    packed = Packer(tokenizer).pack(items.tokens, write_answer(case, tokenizer, items), stages, items, facts)
    mask = packed.mask()
    config = ModelConfig(layers=5)
    told: dict[tuple, tuple[int, int]] = {}
    for kind, query, start, stop in packed.guides.tolist():
        assert mask[query, start:stop].all()
        assert told.setdefault((*guided_head(Guide(kind), config), query), (start, stop)) == (start, stop)


def test_guides_move_with_their_tokens_into_a_batch(tokenizer):
    longer = replace(ONE, prompt=ONE.prompt + " Say the name of the one whose age it is, and nothing else.")
    packed = pack(ONE, tokenizer), pack(longer, tokenizer)
    batch = collate(list(packed))
    for row, one in enumerate(packed):
        for before, after in zip(one.guides.tolist(), batch.guides[row].tolist(), strict=True):
            assert batch.targets[row, after[1]] == one.targets[before[1]]
            looked_at = batch.tokens[row, after[2] : after[3]].tolist()
            assert looked_at == one.tokens[before[2] : before[3]].tolist()


def test_the_loss_of_guides_falls_to_nothing_where_a_head_follows_them(tokenizer):
    torch.manual_seed(0)
    shape = {"hidden": 64, "layers": 3, "heads": 4, "kv_heads": 2, "head_size": 16, "intermediate": 64}
    model = Llama(ModelConfig(tokenizer.size, **shape))
    layers = guided_layers(model.config)
    for layer in layers:
        model.model.layers[layer].self_attn.keep_seen = True
    batch = collate([pack(ONE, tokenizer)])
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for _ in range(150):
        model.hidden(batch.tokens, batch.positions, batch.tree_mask())
        losses = guide_losses(model, batch, {layer: model.model.layers[layer].self_attn.seen for layer in layers})
        assert set(losses) == set(Guide) - {Guide.PLACE, Guide.LOWER, Guide.UPPER, Guide.BEFORE, Guide.HERE_BEFORE}
        optimizer.zero_grad()
        sum(losses.values()).backward()
        optimizer.step()
    assert all(loss.item() < 0.05 for loss in losses.values())


def test_each_kind_has_a_head_of_its_own_and_lookups_keys_of_their_own():
    config = ModelConfig(layers=5)
    heads = {guide: guided_head(guide, config) for guide in Guide}
    group = config.heads // config.kv_heads
    assert heads[Guide.HERE] == heads[Guide.PREVIOUS] and heads[Guide.BEFORE] == heads[Guide.VALUE]
    assert heads[Guide.HERE_BEFORE] == heads[Guide.UPPER]
    assert len(set(heads.values())) == len(Guide) - 3
    sharing = (Guide.LOWER, Guide.UPPER, Guide.HERE, Guide.LEAD, Guide.BEFORE, Guide.HERE_BEFORE)
    lookups = [heads[guide] for guide in Guide if guide not in sharing]
    assert len({(layer, head // group) for layer, head in lookups}) == len(lookups)
    assert heads[Guide.OWNER][0] < heads[Guide.PREVIOUS][0] == heads[Guide.WINNER][0] < heads[Guide.VALUE][0]
    with pytest.raises(ValueError, match="layers"):
        guided_layers(ModelConfig(layers=2))


def test_a_deeper_model_says_at_first_what_the_model_says(tokenizer):
    torch.manual_seed(3)
    model = Llama(ModelConfig(tokenizer.size, hidden=32, layers=2, heads=4, kv_heads=2, head_size=8, intermediate=48))
    tokens = torch.tensor([tokenizer.encode_prompt(ONE.prompt)])
    positions = torch.arange(tokens.shape[1])[None]
    deeper = deepened(model, 2)
    assert deeper.config.layers == 4
    assert torch.equal(deeper(tokens, positions), model(tokens, positions))


@pytest.mark.parametrize(
    ("body", "places", "lower", "upper"),
    [
        ("31, of 29, so no.", "2>3 9>1 ,>,", "2", ""),
        ("23.1, of 23 to 31, so yes.", "2>2 3>3  >. 3>2 1>3 ,>.", " ", "3"),
        ("23, of 23.1, so yes.", "2>2 3>3 .>,", ".", ""),
        ("9, of 31, so no.", "", "", ""),
        ("no number, so no.", "", "", ""),
    ],
)
def test_numbers_are_compared_place_by_place(body, places, lower, upper, tokenizer):
    tokens = [Token(token, TokenClass.BODY) for token in tokenizer.encode(f"####Bo: {body}\n\n")]
    verdict = len(tokens) - 3
    following = [*tokens[1:], tokens[-1]]
    following[verdict - 1] = following[verdict - 1]._replace(kind=TokenClass.DECISION)
    found = defaultdict(list)
    for kind, query, start, stop in ComparisonWriter(tokenizer).strand(tokens, following, 0):
        assert stop == start + 1
        found[kind].append([tokenizer.decode([tokens[at].id]) for at in (query, start)])
    assert " ".join(">".join(pair) for pair in found[Guide.PLACE]) == places
    assert [seen for _, seen in found[Guide.LOWER]] == [lower][: len(lower)]
    assert [seen for _, seen in found[Guide.UPPER]] == [upper][: len(upper)]


def test_what_stands_before_a_title_is_found_by_the_title_before(tokenizer):
    other = replace(ONE, prompt="At 29, Ann.\nAt 31, Bo.\nWho is 31?")
    items = find_items(other, tokenizer)
    texts = {
        title: [tokenizer.decode(items.tokens[slice(*span)]) for span in (item.lead, item.region)]
        for title, item in items.items.items()
    }
    assert texts == {"Ann": ["At 29, ", ".\n"], "Bo": ["At 31, ", "."]}
    packed = pack(other, tokenizer, Stages(full=False))
    found = {(kind, query): start for kind, query, start, _ in packed.guides.tolist()}
    titles = {title: item.title[0] for title, item in items.items.items()}
    lead = items.items["Bo"].lead
    assert all(found[Guide.LEAD, token] == titles["Ann"] and found[Guide.OWNER, token] == 0 for token in range(*lead))
    digits = [query for query, target in enumerate(packed.targets) if tokenizer.decode([int(target)]) in "31"]
    own = [query for query in digits if lead[0] <= found.get((Guide.BEFORE, query), -1) < lead[1]]
    assert own and all(found[Guide.HERE, query] == titles["Bo"] for query in own)
    assert all(found[Guide.HERE_BEFORE, query] == titles["Bo"] for query in own)
