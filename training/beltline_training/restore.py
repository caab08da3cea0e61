"""The embedded model as a folder to go on from: its graph holds the trained weights, exactly, in float32."""

import re
from pathlib import Path

import onnx
import torch
from onnx.numpy_helper import to_array

from .checkpoint import load_shape, save_model
from .model import Llama
from .tokenizer import Tokenizer

WHOLE = {"embeddings": "model.embed_tokens.weight"}
"""What the graph names differently and holds as the checkpoint does."""

PRODUCTS = {
    r"layers\.(\d+)\.attention\.queries\.weight": "self_attn.q_proj",
    r"layers\.(\d+)\.attention\.keys\.weight": "self_attn.k_proj",
    r"new_values\.(\d+)\.weight": "self_attn.v_proj",
    r"layers\.(\d+)\.attention_output\.weight": "self_attn.o_proj",
    r"layers\.(\d+)\.feed_forward\.gate\.weight": "mlp.gate_proj",
    r"layers\.(\d+)\.feed_forward\.up\.weight": "mlp.up_proj",
    r"layers\.(\d+)\.feed_forward\.down\.weight": "mlp.down_proj",
}
"""Right factors of products: the graph holds them `[inputs, outputs]`, the checkpoint the other way round."""


def restore_model(folder: Path, output: Path) -> None:
    """Writes the Hugging Face folder that `folder`, with its float32 `model.onnx`, was made of."""
    model = Llama(load_shape(folder))
    known = model.state_dict().keys()
    weights = {}
    for tensor in onnx.load(folder / "model.onnx").graph.initializer:
        name, transposed = checkpoint_name(tensor.name)
        if name in known:
            weight = torch.tensor(to_array(tensor))
            weights[name] = weight.T.contiguous() if transposed else weight
    model.load_state_dict(weights)
    save_model(model, Tokenizer.load(folder), output)


def checkpoint_name(name: str) -> tuple[str, bool]:
    """The checkpoint's name of an initializer, and whether the graph holds it transposed."""
    for pattern, part in PRODUCTS.items():
        if match := re.fullmatch(pattern, name):
            return f"model.layers.{match[1]}.{part}.weight", True
    return WHOLE.get(name, name), False
