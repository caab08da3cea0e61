"""Batches drawn from lines of a data set."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from test_packing import ONE, small_tokenizer

from beltline_training.config import (
    Config,
    DataSettings,
    EvaluationSettings,
    OptimizerSettings,
    RunSettings,
    StageSettings,
)
from beltline_training.data import BatchStream, index_files
from beltline_training.model import ModelConfig
from beltline_training.problem import Fact, Problem, Section, Text
from beltline_training.written import TokenClass

FACTS = (Fact("Ann", " Her age is", " 29,"), Fact("Bo", " Her age is", " 31,"))


@pytest.fixture(scope="module")
def tokenizer():
    return small_tokenizer()


def sections_of(sections: tuple[Section, ...]) -> list[dict]:
    return [
        {"type": "text", "text": section.text}
        if isinstance(section, Text)
        else {"type": "block", "steps": [{"title": s.title, "body": sections_of(s.body)} for s in section.steps]}
        for section in sections
    ]


def stream(folder: Path, tokenizer, problem: Problem = ONE, with_facts: bool = True, **stage) -> BatchStream:
    line = {**vars(problem), "sections": sections_of(problem.sections)}
    line["facts"] = [[vars(fact) for fact in FACTS]]
    if not with_facts:
        del line["facts"]
    path = folder / "lines.jsonl"
    path.write_text(json.dumps(line) + "\n", encoding="utf-8")
    settings = StageSettings(outlines=0, **stage)
    optimizer = OptimizerSettings(batch_tokens=150)
    config = Config(
        RunSettings(), ModelConfig(), DataSettings(training=(str(path),)), optimizer, EvaluationSettings(), (settings,)
    )
    return BatchStream(config, settings, index_files([path]), tokenizer, seed=1)


def test_facts_bring_more_to_look_up_of_the_same_prompt(tmp_path, tokenizer):
    counts = []
    for facts in (0.0, 1.0):
        _, batch = next(iter(stream(tmp_path, tokenizer, facts=facts)))
        counts.append(int((batch.classes == TokenClass.LOOKUP).sum()) / len(batch.tokens))
    assert counts[1] >= counts[0] + len(FACTS)


def test_namings_bring_a_conclusion_for_each_step(tmp_path, tokenizer):
    counts = []
    for namings in (0.0, 1.0):
        _, batch = next(iter(stream(tmp_path, tokenizer, namings=namings)))
        counts.append(int((batch.classes == TokenClass.NAMED).sum()) / len(batch.tokens))
    assert counts[1] > counts[0] > 0


def test_a_sequence_that_facts_make_too_long_comes_without_them(tmp_path, tokenizer):
    [(_, bare), (_, told)] = (next(iter(stream(tmp_path, tokenizer, facts=facts))) for facts in (0.0, 1.0))
    lengths = [int((batch.strands[0] >= 0).sum()) for batch in (bare, told)]
    assert lengths[0] < lengths[1]
    _, limited = next(iter(stream(tmp_path, tokenizer, facts=1.0, max_tokens=lengths[1] - 1)))
    assert torch.equal(limited.tokens[0], bare.tokens[0])


def test_lines_without_facts_are_refused_where_facts_are_wanted(tmp_path, tokenizer):
    stream(tmp_path, tokenizer, with_facts=False)
    with pytest.raises(ValueError, match="facts"):
        stream(tmp_path, tokenizer, with_facts=False, facts=0.5)


def test_substituted_sequences_hold_other_names(tmp_path, tokenizer):
    plain, other = (next(iter(stream(tmp_path, tokenizer, substituted=share)))[1] for share in (0.0, 1.0))
    assert plain.tokens.shape == other.tokens.shape and torch.equal(plain.classes, other.classes)
    assert not torch.equal(plain.tokens, other.tokens)
    assert "Ann" in tokenizer.decode(plain.tokens[0].tolist())


def test_plans_keep_their_names(tmp_path, tokenizer):
    plan = replace(ONE, family="planning")
    plain, other = (next(iter(stream(tmp_path, tokenizer, plan, substituted=share)))[1] for share in (0.0, 1.0))
    assert torch.equal(plain.tokens, other.tokens)
