import json
from pathlib import Path

import torch

from beltline_training.checkpoint import load_model
from beltline_training.expect import expected_lines
from beltline_training.problem import parse_problem
from beltline_training.restore import restore_model

ROOT = Path(__file__).parents[2]


def test_the_embedded_model_comes_back_with_the_tokens_it_gives(tmp_path):
    restore_model(ROOT / "packages" / "model-tiny" / "files", tmp_path / "model")
    model, tokenizer = load_model(tmp_path / "model")
    lines = (ROOT / "fixtures" / "tiny" / "expected.jsonl").read_text(encoding="utf-8").splitlines()
    expected = min((json.loads(line) for line in lines), key=lambda line: len(line["sequentialTokens"]))
    fields = {**expected, "id": "", "gold_keys": expected["goldKeys"], "sections": []}
    problem = parse_problem(json.dumps(fields))
    torch.set_num_threads(1)
    [line] = expected_lines(model, tokenizer, [problem], capacity=2048)
    assert json.loads(line) == expected
