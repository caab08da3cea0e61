"""The folder that training writes, and decoding from it."""

import json
from dataclasses import replace
from pathlib import Path

import torch
from test_packing import ONE, TWO

from beltline_training.checkpoint import load_model, save_model
from beltline_training.decode import GreedyDecoder
from beltline_training.model import Llama, ModelConfig
from beltline_training.pack import Packer
from beltline_training.problem import Block, Step, Text
from beltline_training.scoring import final_line, is_right
from beltline_training.tokenizer import train_tokenizer
from beltline_training.written import answer_text, write_answer


def small_model(tokenizer) -> Llama:
    torch.manual_seed(2)
    shape = {"hidden": 64, "layers": 2, "heads": 4, "kv_heads": 2, "head_size": 16, "intermediate": 96}
    return Llama(ModelConfig(tokenizer.size, **shape))


def tokenizer_of(problem):
    return train_tokenizer([problem.prompt + "\n" + answer_text(problem.sections).replace("#", " ")] * 3, 300)


def test_a_folder_comes_back_as_it_was_saved(tmp_path: Path):
    tokenizer = tokenizer_of(ONE)
    model = small_model(tokenizer)
    save_model(model, tokenizer, tmp_path)
    again, again_tokenizer = load_model(tmp_path)
    assert again.config == model.config
    for (name, value), (other, copy) in zip(model.state_dict().items(), again.state_dict().items(), strict=True):
        assert name == other and torch.equal(value, copy)
    text = "<|im_start|>user\nAnn: 29.\n\n####x<|im_end|>"
    assert again_tokenizer.encode(text) == tokenizer.encode(text)
    assert again_tokenizer.encode("####%%%%......:\n\n") == [3, 4, 5, 6, 7]
    assert json.loads((tmp_path / "generation_config.json").read_text())["eos_token_id"] == tokenizer.turn_end
    assert json.loads((tmp_path / "beltline.json").read_text()) == {"format": "trained"}
    assert "chat_template" in json.loads((tmp_path / "tokenizer_config.json").read_text())


def test_a_model_that_knows_one_answer_decodes_it_in_every_mode():
    tokenizer = tokenizer_of(ONE)
    model = small_model(tokenizer).train()
    from beltline_training.batch import collate

    packed = Packer(tokenizer).pack(tokenizer.encode_prompt(ONE.prompt), write_answer(ONE, tokenizer))
    batch = collate([packed])
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
    predicted = batch.classes[0] >= 0
    for _ in range(120):
        logits = model(batch.tokens, batch.positions, batch.tree_mask())[0, predicted]
        loss = torch.nn.functional.cross_entropy(logits, batch.targets[0, predicted])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.05
    (answer, same) = GreedyDecoder(model.eval(), tokenizer).decode([ONE.prompt, ONE.prompt], 400)
    for mode in ("sequential", "recompute", "reuse"):
        assert tokenizer.decode(getattr(answer, mode)) == answer_text(ONE.sections)
        assert getattr(answer, mode) == getattr(same, mode)
    assert answer.titles == ["Ann", "Bo"] and answer.outline == "outline"
    # Four passes for the outline's choices beyond the first ones: fewer than the sequential answer takes.
    assert answer.passes["reuse"] < answer.passes["sequential"]


def test_only_the_last_lines_count():
    assert final_line("####Bo: name: Ann\n\n####%%%%\nSo it is Bo.\nname: Bo", "name") == "Bo"
    assert is_right(ONE, answer_text(ONE.sections))
    assert not is_right(ONE, "name: Ann") and not is_right(replace(ONE, family="planning"), "name: Ann")
    assert is_right(TWO, "name: Bo") and not is_right(TWO, "name: Ann")


def test_a_nested_plan_is_right_with_signs_and_without():
    inner = Block((Step("b", (Text(" x.\n\n"),)), Step("c", (Text(" y.\n\n"),))))
    steps = tuple(Step(title, (Text(" z.\n\n"), inner, Text("\nDone.\n\n"))) for title in ("Ann", "Bo"))
    plan = replace(ONE, family="planning", kind="nested", gold_keys=("Ann", "Bo"), sections=(Block(steps),))
    answer = answer_text(plan.sections)
    assert answer.startswith("####Ann: z.\n\n>#### b: x.\n\n>#### c: y.\n\n>####%%%%\nDone.\n\n####Bo:")
    assert is_right(plan, answer)
    assert is_right(plan, answer.replace(">####", "####"))
    assert not is_right(plan, answer.replace(">#### c: y.\n\n", "", 1))
    # Branches that look for no deeper blocks end at the first `####`, and the sign before it is left over.
    assert not is_right(plan, "####Ann: z.\n\n>\n\n####Bo: z.\n\n>\n\n####%%%%")
