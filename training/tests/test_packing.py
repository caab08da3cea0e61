"""A packed sequence must give what decoding gives: every strand's logits, strand by strand."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
import torch

from beltline_training.batch import collate
from beltline_training.guides import Guide
from beltline_training.items import find_items
from beltline_training.model import Llama, ModelConfig
from beltline_training.pack import Packer, Stages
from beltline_training.problem import Block, Fact, Problem, Step, Text
from beltline_training.tokenizer import Tokenizer, train_tokenizer
from beltline_training.written import (
    Token,
    TokenClass,
    WrittenBlock,
    WrittenStep,
    answer_text,
    write_answer,
    write_facts,
    write_namings,
)


def problem(*sections) -> Problem:
    return Problem(
        "1", "retrieval", "one-block", "en", "1", "Ann is 29. Bo is 31. Who is 31?", sections, "Bo", ("Bo",), ("name",)
    )


def block(*steps: tuple[str, str]) -> Block:
    return Block(tuple(Step(title, (Text(f" {body}\n\n"),)) for title, body in steps))


ONE = problem(
    Text("Let us see.\n\n"), block(("Ann", "The age is 29."), ("Bo", "31, so yes.")), Text("\nSo it is Bo.\nname: Bo")
)
TWO = problem(
    Text("First.\n\n"),
    block(("Ann", "29."), ("Bo", "The age is 31, long enough.")),
    Text("\nThen.\n\n"),
    block(("Bo", "31.")),
    Text("\nname: Bo"),
)
NESTED = problem(
    Text("Let us see.\n\n"),
    Block(
        (
            Step("Ann", (Text(" 29.\n\n"),)),
            Step("Bo", (Text(" Of Bo.\n\n"), block(("age", "31."), ("sum", "4.")), Text("\nSo yes.\n\n"))),
        )
    ),
    Text("\nname: Bo"),
)
DIRECT = problem(Text("name: Bo"))


def small_tokenizer() -> Tokenizer:
    texts = [p.prompt + "\n" + answer_text(p.sections).replace("####", " ").replace("%%%%", " ") for p in (ONE, TWO)]
    return train_tokenizer(texts * 3, 300)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return small_tokenizer()


@pytest.fixture(scope="module")
def model(tokenizer: Tokenizer) -> Llama:
    torch.manual_seed(1)
    config = ModelConfig(tokenizer.size, hidden=32, layers=2, heads=4, kv_heads=2, head_size=8, intermediate=48)
    return Llama(config).eval()


def draw(mask: np.ndarray) -> list[str]:
    return ["".join("x" if seen else "." for seen in row) for row in mask]


def test_one_fork_has_the_belt_mask():
    text, title, body, mark = (Token(*pair) for pair in zip((2, 8, 9, 3), (0, 1, 2, 5), strict=True))

    class Markers:
        step, block_end, ellipsis, separator, turn_end, title_end = 3, 4, 5, 6, 7, 10

        def encode(self, text):
            return [100 + ord(text)]

    steps = [WrittenStep([title], [body]), WrittenStep([title], [])]
    answer = [text, WrittenBlock(steps, [mark]), Token(7, TokenClass.FORMAT)]
    packed = Packer(Markers()).pack([1], answer, Stages(full=False, outline=False))
    # Prompt, preamble | branch 0 | branch 1 | what follows a reusing join.
    assert draw(packed.mask()) == [
        "x......",
        "xx.....",
        "xxx....",
        "xxxx...",
        "xx..x..",
        "xxxxxx.",
        "xxxxxxx",
    ]
    assert packed.positions.tolist() == [0, 1, 2, 3, 2, 4, 5]
    assert packed.targets.tolist() == [2, 8, 9, 3, 3, 4, 7]


@pytest.mark.parametrize("stretch", [8, 1000])
@pytest.mark.parametrize("case", [ONE, TWO, NESTED, DIRECT])
def test_packed_logits_equal_those_of_one_forward_pass_per_strand(case, stretch, tokenizer, model, monkeypatch):
    monkeypatch.setattr("beltline_training.batch.STRETCH", stretch)
    answer = write_answer(case, tokenizer)
    packed = Packer(tokenizer).pack(tokenizer.encode_prompt(case.prompt), answer)
    batch = collate([packed, Packer(tokenizer).pack(tokenizer.encode_prompt("Who?"), answer)])
    with torch.no_grad():
        tree = batch.tree_mask()
        # Branches see little of each other, and the mask of a stretch leaves out what it sees nothing of.
        assert (stretch < 10 and case is not DIRECT) == any(part.first > 0 for part in tree.side)
        together = model(batch.tokens, batch.positions, tree)[0]
        together = torch.cat((together[: packed.chain], together[batch.chain :]))[: len(packed)]
        for strand in range(len(packed.visible)):
            mine = np.flatnonzero(packed.strands == strand)
            if len(mine) == 0:
                continue
            seen = np.flatnonzero(packed.visible[strand, packed.strands])
            mask = torch.from_numpy(packed.mask()[np.ix_(seen, seen)])[None, None]
            tokens, positions = (torch.from_numpy(a[seen])[None] for a in (packed.tokens, packed.positions))
            alone = model(tokens, positions, mask)[0, np.isin(seen, mine)]
            assert torch.allclose(together[mine], alone, atol=1e-5)


def test_a_branch_is_the_causal_continuation_of_its_prefix(tokenizer, model):
    answer = write_answer(ONE, tokenizer)
    prompt = tokenizer.encode_prompt(ONE.prompt)
    packed = Packer(tokenizer).pack(prompt, answer)
    prefix = tokenizer.encode("Let us see.\n\n")
    branch = tokenizer.encode("####Bo: 31, so yes.\n\n")
    text = torch.tensor([[*prompt, *prefix, *branch]])
    batch = collate([packed])
    with torch.no_grad():
        alone = model(text, torch.arange(text.shape[1])[None])[0, -len(branch) :]
        together = model(batch.tokens, batch.positions, batch.tree_mask())[0]
    starts = [s for s in np.unique(packed.strands) if packed.tokens[packed.strands == s].tolist() == branch]
    (strand,) = starts
    columns = torch.from_numpy(np.flatnonzero(packed.strands == strand)) + batch.chain - packed.chain
    assert torch.allclose(together[columns], alone, atol=1e-5)
    assert packed.targets[packed.strands == strand][-1] == tokenizer.step


def test_the_chain_is_the_whole_answer(tokenizer):
    packed = Packer(tokenizer).pack(tokenizer.encode_prompt(ONE.prompt), write_answer(ONE, tokenizer))
    text = tokenizer.decode(packed.tokens[: packed.chain])
    assert text.endswith(answer_text(ONE.sections))
    assert answer_text(ONE.sections) == (
        "Let us see.\n\n####Ann: The age is 29.\n\n####Bo: 31, so yes.\n\n####%%%%\nSo it is Bo.\nname: Bo"
    )


def test_a_block_inside_of_a_step_is_packed_as_it_is_decoded(tokenizer):
    prompt = tokenizer.encode_prompt(NESTED.prompt)
    packed = Packer(tokenizer).pack(prompt, write_answer(NESTED, tokenizer))

    def view(strand: int) -> tuple[str, str, str]:
        """What a strand sees before its own tokens, these, and those that it predicts, `|` for what it does not."""
        own = packed.strands == strand
        seen = packed.tokens[packed.visible[strand, packed.strands] & ~own][len(prompt) :]
        targets = zip(packed.targets[own], packed.classes[own], strict=True)
        predicted = "".join(tokenizer.decode([token]) if kind >= 0 else "|" for token, kind in targets)
        return tokenizer.decode(seen), tokenizer.decode(packed.tokens[own]), re.sub(r"\|+", "|", predicted)

    views = [view(strand) for strand in np.unique(packed.strands)[1:]]
    start, opened = "Let us see.\n\n", "Let us see.\n\n####Bo: Of Bo.\n\n"
    ann, bo, age, total = "####Ann: 29.\n\n", "####Bo: Of Bo.\n\n", ">#### age: 31.\n\n", ">#### sum: 4.\n\n"
    inner = f"{age}{total}>####%%%%\nSo yes.\n\n"
    whole = f"{ann}{bo}{inner}####%%%%\nname: Bo"
    assert views == [
        (start, whole, whole.removeprefix("####")),
        # The block's outline and its branches, of which the second one opens a block: the sign is its own choice.
        (start, "####Ann:......\n\n####Bo:......\n\n####", "Ann:|Bo:|%%%%"),
        (start, ann, "| 29.\n\n####"),
        (start, bo, "| Of Bo.\n\n>"),
        # After a join that recomputes the block inside, and all that is decoded for it.
        (opened, inner, inner[1:] + "####"),
        (opened, ">#### age:......\n\n>#### sum:......\n\n>####", "#### age:| sum:|%%%%"),
        (opened, age, "| 31.\n\n>"),
        (opened + age, ">", "####"),
        (opened, total, "| 4.\n\n>"),
        (opened + total, ">", "####"),
        # After joins that reuse: no marker that ended a branch is seen.
        (opened + age + total, ">####%%%%\nSo yes.\n\n", "|\nSo yes.\n\n####"),
        (start + ann + bo + inner, "####%%%%\nname: Bo", "|\nname: Bo"),
    ]


def test_positions_go_on_from_where_a_block_inside_of_a_step_opened(tokenizer):
    prompt = tokenizer.encode_prompt(NESTED.prompt)
    packed = Packer(tokenizer).pack(prompt, write_answer(NESTED, tokenizer))
    opened, *_, reused, outer = (packed.positions[packed.strands == strand][0] for strand in range(5, 13))
    assert opened == len(prompt) + len(tokenizer.encode("Let us see.\n\n####Bo: Of Bo.\n\n"))
    assert reused == opened + len(tokenizer.encode(">#### sum: 4.\n\n"))
    assert outer == reused + len(tokenizer.encode(">####%%%%\nSo yes.\n\n"))


def test_what_a_step_takes_from_its_own_item_is_a_value(tokenizer):
    bodies = (("Ann", "29, limit is 30, so no."), ("Bo", "31, limit is 30, so yes."))
    case = problem(Text("See.\n\n"), block(*bodies), Text("\nname: Bo"))
    packed = Packer(tokenizer).pack(
        tokenizer.encode_prompt(case.prompt), write_answer(case, tokenizer), Stages(full=False)
    )
    assert tokenizer.decode(packed.targets[packed.classes == TokenClass.LOOKUP]) == "23"
    assert tokenizer.decode(packed.targets[packed.classes == TokenClass.VALUE]) == "91"


def test_facts_hang_beside_the_branches_and_are_seen_by_nobody(tokenizer):
    told = replace(ONE, facts=((Fact("Ann", " Her age is", " 29,"), Fact("Bo", " Her age is", " 31,")),))
    items = find_items(told, tokenizer)
    facts = write_facts(told, tokenizer, items)
    assert [tokenizer.decode([token.id for token in fact]) for fact in facts] == [
        "####Ann: Her age is 29,",
        "####Bo: Her age is 31,",
    ]
    for fact, value in zip(facts, (" 29,", " 31,"), strict=True):
        predicted = [token for token in fact if token.kind is not TokenClass.GIVEN]
        assert tokenizer.decode([token.id for token in predicted]) == value
        assert TokenClass.LOOKUP in {token.kind for token in predicted}
    answer = write_answer(told, tokenizer, items)
    bare, packed = (Packer(tokenizer).pack(items.tokens, answer, items=items, facts=given) for given in ([], facts))
    assert packed.tokens[: len(bare)].tolist() == bare.tokens.tolist()
    mask = packed.mask()
    assert (mask[: len(bare), : len(bare)] == bare.mask()).all() and not mask[: len(bare), len(bare) :].any()
    branch = tokenizer.encode("####Ann: The age is 29.\n\n")
    (first,) = [i for i in range(bare.chain, len(bare)) if bare.tokens[i : i + len(branch)].tolist() == branch]
    beside = len(bare)
    assert packed.positions[beside] == packed.positions[first]
    assert (mask[beside, : bare.chain] == mask[first, : bare.chain]).all()


def test_beside_each_other_step_a_conclusion_names_its_item(tokenizer):
    steps = block(("Bo Ax", "29."), ("Bo In", "31."))
    case = problem(Text("See.\n\n"), steps, Text("\nSo it is Bo In.\nname: Bo In"))
    case = replace(case, prompt="Bo Ax is 29. Bo In is 31.")
    items = find_items(case, tokenizer)
    answer = write_answer(case, tokenizer, items)
    namings = write_namings(case, tokenizer, items)
    assert [tokenizer.decode([token.id for token in naming]) for naming in namings.values()] == ["\nSo it is Bo Ax"]
    bare, packed = (Packer(tokenizer).pack(items.tokens, answer, items=items, namings=some) for some in ({}, namings))
    assert packed.chain == bare.chain
    texts = [tokenizer.decode(packed.tokens[packed.strands == strand]) for strand in range(len(packed.visible))]
    added, seen = texts.index("####%%%%\nSo it is Bo A"), texts.index("####Bo Ax: 29.\n\n")
    beside = np.flatnonzero(packed.strands == added)
    told = packed.classes[beside] >= 0
    assert [tokenizer.decode([int(token)]) for token in packed.targets[beside][told]] == ["Bo", "A"]
    assert set(packed.classes[beside][told]) == {TokenClass.NAMED}
    # It sees the prompt, the opening and its own step, goes on behind it, and nobody sees it.
    assert np.flatnonzero(packed.visible[added]).tolist() == [0, seen, added]
    assert packed.positions[beside[0]] == packed.positions[packed.strands == seen][-1] + 1
    assert np.flatnonzero(packed.visible[:, added]).tolist() == [added]
    winners = [guide[1:] for guide in packed.guides.tolist() if guide[0] == Guide.WINNER and guide[1] in beside]
    assert {(packed.strands[start], packed.strands[stop - 1]) for _, start, stop in winners} == {(seen, seen)}


def test_where_steps_part_they_decide(tokenizer):
    bodies = (("Ann", "29, limit is 30, so no."), ("Bo", "31, limit is 30, so yes."))
    case = problem(Text("See.\n\n"), block(*bodies), Text("\nname: Bo"))
    stages = Stages(full=False, outline=False, reuse=False)
    decided = []
    for one in (case, replace(case, labels=())):
        packed = Packer(tokenizer).pack(tokenizer.encode_prompt(one.prompt), write_answer(one, tokenizer), stages)
        decided.append(tokenizer.decode(packed.targets[packed.classes == TokenClass.DECISION]))
    assert decided[0] and "limit" not in decided[0]
    assert decided[1] == ""


def test_a_decision_that_one_step_of_many_makes_is_rare(tokenizer):
    stages = Stages(full=False, outline=False, reuse=False)
    # " " begins the second sentence.
    for count, rare in ((4, set()), (6, {" yes", " "})):
        bodies = [(name, "3 is no.") for name in ("Ann", "Bo", "Cy", "Dee", "Eve")[: count - 1]]
        case = problem(Text("See.\n\n"), block(*bodies, ("Flo", "3 is yes. Fits.")), Text("\nname: Flo"))
        packed = Packer(tokenizer).pack(tokenizer.encode_prompt(case.prompt), write_answer(case, tokenizer), stages)
        found = {tokenizer.decode([int(token)]) for token in packed.targets[packed.classes == TokenClass.RARE]}
        assert found == rare


def test_behind_the_commas_of_a_list_a_step_decides_whether_it_goes_on(tokenizer):
    case = problem(block(("Ann", "Likes Chess, Film, so no."), ("Bo", "Likes Golf, so yes.")), Text("\nname: Bo"))
    case = replace(case, prompt="Ann likes Chess, Film. Bo likes Golf.", labels=("name",))
    items = find_items(case, tokenizer)
    stages = Stages(full=False, outline=False, reuse=False)
    packed = Packer(tokenizer).pack(items.tokens, write_answer(case, tokenizer, items), stages, items)
    (comma,) = tokenizer.encode(",")
    decided = [i for i in np.flatnonzero(packed.classes == TokenClass.DECISION) if packed.tokens[i] == comma]
    assert [tokenizer.decode([int(packed.targets[i])]) for i in decided] == [" ", " so", " so"]
    # A list that ends is known by what stands behind its last member in the prompt.
    seen = {query: start for kind, query, start, _ in packed.guides.tolist() if kind == Guide.VALUE}
    assert [tokenizer.decode(packed.tokens[seen[i] : seen[i] + 1]) for i in decided] == [" ", ".", "."]


def test_the_first_title_of_a_block_counts_on_its_own(tokenizer):
    packed = Packer(tokenizer).pack(tokenizer.encode_prompt(TWO.prompt), write_answer(TWO, tokenizer))
    chain = packed.classes[: packed.chain]
    assert (chain == TokenClass.FIRST).sum() == 2
    # The other titles, and the end of each block.
    assert (chain == TokenClass.NEXT).sum() == 1 + 2


def test_how_an_answer_opens_counts_on_its_own(tokenizer):
    packed = Packer(tokenizer).pack(tokenizer.encode_prompt(TWO.prompt), write_answer(TWO, tokenizer))
    targets, classes = packed.targets[: packed.chain], packed.classes[: packed.chain]
    opening = tokenizer.decode(targets[classes == TokenClass.OPENING].tolist())
    # Neither the blank line behind it nor what stands between two blocks.
    assert opening == "First."


def test_where_a_name_could_go_on_as_another_one_it_counts_on_its_own(tokenizer):
    steps = block(("Bo Ax", "29."), ("Bo In", "31."))
    case = problem(steps, Text("\nSo it is Bo In.\nname: Bo In"))
    case = replace(case, prompt="Bo Ax is 29. Bo In is 31.")
    items = find_items(case, tokenizer)
    packed = Packer(tokenizer).pack(items.tokens, write_answer(case, tokenizer, items), Stages(reuse=False), items)
    targets, classes = packed.targets[: packed.chain], packed.classes[: packed.chain]
    parting = [tokenizer.decode([int(token)]) for token in targets[classes == TokenClass.PARTING]]
    named = [tokenizer.decode([int(token)]) for token in targets[classes == TokenClass.NAMED]]
    assert (parting, named) == (["A", "I"], ["Bo", "I"])


def test_where_a_value_could_go_on_as_another_one_it_is_looked_up(tokenizer):
    steps = block(("Ann", "Has 3.51, so no."), ("Bo", "Has 3.57, so yes."), ("Cy", "Has 3, so no."))
    case = replace(problem(steps, Text("\nname: Bo")), labels=("name",))
    case = replace(case, prompt="Ann has 3.51. Bo has 3.57. Cy has 3. Who has 3.57?")
    items = find_items(case, tokenizer)
    stages = Stages(full=False, outline=False, reuse=False)
    packed = Packer(tokenizer).pack(items.tokens, write_answer(case, tokenizer, items), stages, items)
    classes, targets = packed.classes, packed.targets
    looked_up = [tokenizer.decode([int(token)]) for token in targets[classes == TokenClass.LOOKUP]]
    assert looked_up == ["3", ".", "1", "3", ".", "7", "3"]
    decided = {tokenizer.decode([int(token)]) for token in targets[classes == TokenClass.DECISION]}
    assert "," in decided
    # Whether a value ends is said by what stands behind its source.
    seen = {query: start for kind, query, start, _ in packed.guides.tolist() if kind == Guide.VALUE}
    ends = [i for i in np.flatnonzero(targets == tokenizer.encode(",")[0]) if packed.tokens[i - 1] != targets[i]]
    assert [tokenizer.decode(packed.tokens[seen[i] : seen[i] + 1]) for i in ends] == ["."] * 3


def test_a_value_that_begins_with_its_label_is_looked_up_in_the_item(tokenizer):
    case = problem(block(("Ann", "Home is Home, of A."), ("Bo", "Home is Home, of B.")), Text("\nname: Bo"))
    case = replace(case, prompt="Ann has Home A. Bo has Home B. Whose Home is B?")
    items = find_items(case, tokenizer)
    for written in write_answer(case, tokenizer, items):
        for step in written.steps if isinstance(written, WrittenBlock) else ():
            (looked_up, *_) = [token for token in step.body if token.kind is TokenClass.LOOKUP]
            title = tokenizer.decode([token.id for token in step.head[1:-1]])
            assert tokenizer.decode([looked_up.id]) == "H" and items.owner(looked_up.origin) == title


def test_words_that_many_values_share_are_looked_up_and_those_of_the_question_are_not(tokenizer):
    steps = block(("Ann", "Likes Golf, Film, so no."), ("Bo", "Likes Golf, so yes."), ("Cy", "Likes Golf, so yes."))
    case = problem(steps, Text("\nname: Bo"))
    case = replace(case, prompt="Ann likes Golf, Film.\nBo likes Golf.\nCy likes Golf.\nWho likes Golf?")
    restated = replace(case, sections=(block(*[(name, "Likes Golf, asked is Film.") for name in ("Ann", "Bo", "Cy")]),))
    for one, expected in ((case, ["GF", "G", "G"]), (restated, ["G", "G", "G"])):
        items = find_items(one, tokenizer)
        (written,) = [item for item in write_answer(one, tokenizer, items) if isinstance(item, WrittenBlock)]
        looked_up = [[token for token in step.body if token.kind is TokenClass.LOOKUP] for step in written.steps]
        assert ["".join(tokenizer.decode([token.id])[0] for token in step) for step in looked_up] == expected


def test_steps_without_their_prompt_teach_nothing_but_verdicts(tokenizer):
    judged = problem(block(("Ann", "29, of 31, so no."), ("Bo", "31, of 31, so yes.")), Text("\nname: Bo"))
    judged = replace(judged, prompt="Ann is 29.\nBo is 31.\nWho is 31?")
    answer = find_items(judged, tokenizer), write_answer(judged, tokenizer)
    packed = Packer(tokenizer).pack_verdicts([answer] * 2, 100)
    parting = {tokenizer.decode([int(t)]) for t in packed.targets[packed.classes == TokenClass.DECISION]}
    assert " yes" in parting and not any(digit in parting for digit in "123")
    assert set(packed.classes.tolist()) == {TokenClass.GIVEN, TokenClass.DECISION}
    prompt, *steps = [np.flatnonzero(packed.strands == strand) for strand in range(len(packed.visible))]
    assert len(steps) == 4 and packed.chain == packed.shared == len(prompt)
    for step in steps:
        assert packed.positions[step[0]] == 100
        seen = np.flatnonzero(packed.mask()[step[-1]])
        assert seen.tolist() == [*prompt, *step]


def test_what_is_asked_comes_from_the_question_even_where_the_item_says_the_same(tokenizer):
    one = replace(
        problem(block(("Ann", "Of 29, asked is 31."), ("Bo", "Of 31, asked is 31.")), Text("\nname: Bo")),
        prompt="Ann is 29.\nBo is 31.\nWho is 31?",
    )
    items = find_items(one, tokenizer)
    bodies = [step.body for step in write_answer(one, tokenizer, items)[0].steps]
    region = items.items["Bo"].region
    origins = [token.origin for token in bodies[1] if token.origin >= 0 and tokenizer.decode([token.id]) in "31"]
    own, asked = origins[: len(origins) // 2], origins[len(origins) // 2 :]
    assert own and all(region[0] <= origin < region[1] for origin in own)
    assert asked and all(origin >= region[1] for origin in asked)


def test_titles_and_prompts_share_their_tokens(tokenizer):
    head = tokenizer.encode(answer_text((block(("Ann", "29.")),)))
    name = head[1 : head.index(tokenizer.title_end)]
    prompt = tokenizer.encode("We know Ann well.")
    assert any(prompt[i : i + len(name)] == name for i in range(len(prompt)))


def test_the_decoder_is_tested_with_what_is_packed():
    from packed_fixture import FOLDER, packed_cases

    lines = (FOLDER / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == packed_cases(Tokenizer.load(FOLDER))
