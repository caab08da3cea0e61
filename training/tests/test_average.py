import pytest
import torch
from safetensors.torch import load_file, save_file

from beltline_training.average import average_models


def write(folder, values, tokenizer="{}"):
    folder.mkdir()
    save_file({"a": torch.tensor(values)}, folder / "model.safetensors")
    (folder / "tokenizer.json").write_text(tokenizer)
    return folder


def test_every_weight_is_the_mean_of_all_models(tmp_path):
    folders = [write(tmp_path / str(number), [number, 2.0 * number]) for number in (1.0, 2.0, 6.0)]
    average_models(folders, tmp_path / "mean")
    assert load_file(tmp_path / "mean" / "model.safetensors")["a"].tolist() == [3.0, 6.0]
    assert (tmp_path / "mean" / "tokenizer.json").read_text() == "{}"


def test_models_that_do_not_belong_together_are_refused(tmp_path):
    first = write(tmp_path / "first", [1.0])
    with pytest.raises(ValueError, match="shape"):
        average_models([first, write(tmp_path / "longer", [1.0, 2.0])], tmp_path / "mean")
    with pytest.raises(ValueError, match="tokenizers"):
        average_models([first, write(tmp_path / "other", [1.0], "[]")], tmp_path / "mean")
    assert not (tmp_path / "mean").exists()
