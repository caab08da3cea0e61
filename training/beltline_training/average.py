"""The mean of models of one run's line: often better than each of them, for it keeps what they share."""

import shutil
from pathlib import Path

from safetensors.torch import load_file, save_file


def average_models(folders: list[Path], output: Path) -> None:
    """Writes the mean of all weights, `[folder]`, beside the first folder's other files.

    The models must have begun from each other: weights of separate runs mean nothing to each other.
    """
    models = [load_file(folder / "model.safetensors") for folder in folders]
    first = models[0]
    shapes = [{name: weight.shape for name, weight in model.items()} for model in models]
    for folder, found in zip(folders, shapes, strict=True):
        if found != shapes[0]:
            raise ValueError(f"{folder} is not of the shape of {folders[0]}")
    texts = [(folder / "tokenizer.json").read_bytes() for folder in folders]
    if any(text != texts[0] for text in texts):
        raise ValueError("the models have different tokenizers")
    shutil.copytree(folders[0], output)
    mean = {name: sum(model[name].float() for model in models) / len(models) for name in first}
    weights = {name: weight.to(first[name].dtype).contiguous() for name, weight in mean.items()}
    save_file(weights, output / "model.safetensors", metadata={"format": "pt"})
