"""What a run keeps and how it goes on: stages and checkpoints."""

from pathlib import Path

import pytest
import torch
from test_decoding import small_model, tokenizer_of
from test_packing import ONE

from beltline_training import trainer as trainer_module
from beltline_training.config import (
    Config,
    DataSettings,
    EvaluationSettings,
    OptimizerSettings,
    RunSettings,
    StageSettings,
)
from beltline_training.trainer import Trainer

STAGES = (StageSettings(until=0.25, promote=0.5), StageSettings(until=0.5), StageSettings())


def start(folder: Path) -> Trainer:
    tokenizer = tokenizer_of(ONE)
    model = small_model(tokenizer)
    run = RunSettings(folder=str(folder), minutes=10, device="cpu")
    config = Config(run, model.config, DataSettings(), OptimizerSettings(guide_weight=0), EvaluationSettings(), STAGES)
    return Trainer(config, model, tokenizer, [], [])


@pytest.mark.parametrize(("minutes", "stage"), [(0, 0), (2.4, 0), (2.6, 1), (4.9, 1), (5.1, 2), (10, 2)])
def test_stages_follow_by_share_of_the_time(tmp_path, minutes, stage):
    trainer = start(tmp_path)
    trainer.seconds = 60 * minutes
    assert trainer._stage_now() == stage


@pytest.mark.parametrize(("right", "stage"), [(0.4, 0), (0.5, 1)])
def test_a_stage_ends_early_once_enough_is_right_in_parallel(tmp_path, monkeypatch, right, stage):
    summary = {"retrieval": {"recompute": right, "reuse": 0.9}}
    monkeypatch.setattr(trainer_module, "evaluate", lambda *_, **__: (summary, []))
    trainer = start(tmp_path)
    trainer._score()
    assert trainer.stage == stage
    assert trainer._stage_now() == stage


def test_a_run_goes_on_from_what_it_saved(tmp_path):
    first = start(tmp_path)
    with torch.no_grad():
        for parameter in first.model.parameters():
            parameter.add_(1.0)
    first.step, first.seconds, first.stage, first.best = 7, 90.0, 1, 0.25
    first._save()
    second = start(tmp_path)
    second._resume()
    assert (second.step, second.seconds, second.stage, second.best) == (7, 90.0, 1, 0.25)
    for mine, saved in zip(second.model.parameters(), first.model.parameters(), strict=True):
        assert torch.equal(mine, saved)
