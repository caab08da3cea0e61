"""Saves and loads models as Hugging Face folders, and training states."""

import json
import os
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from .model import Llama, ModelConfig
from .tokenizer import Tokenizer


def save_model(model: Llama, tokenizer: Tokenizer, folder: Path) -> None:
    """Writes config.json, generation_config.json, model.safetensors and the tokenizer's files.

    beltline.json says that the model knows the format without being told.
    """
    folder.mkdir(parents=True, exist_ok=True)
    weights = {
        name.removeprefix("_orig_mod."): value.detach().float().cpu().contiguous().clone()
        for name, value in model.state_dict().items()
    }
    partial = folder / "model.safetensors.partial"
    save_file(weights, partial, metadata={"format": "pt"})
    os.replace(partial, folder / "model.safetensors")
    _write(folder / "config.json", _config(model.config, tokenizer))
    generation = {
        "eos_token_id": tokenizer.turn_end,
        "pad_token_id": tokenizer.padding,
        "do_sample": False,
        "max_new_tokens": 2048,
    }
    _write(folder / "generation_config.json", generation)
    _write(folder / "beltline.json", {"format": "trained"})
    tokenizer.save(folder, model.config.context)


def load_model(folder: Path) -> tuple[Llama, Tokenizer]:
    """Reads what `save_model` wrote."""
    model = Llama(load_shape(folder))
    model.load_state_dict(load_file(folder / "model.safetensors"))
    return model.eval(), Tokenizer.load(folder)


def load_shape(folder: Path) -> ModelConfig:
    """Reads the shape that `save_model` wrote into config.json."""
    data = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return ModelConfig(
        vocabulary=data["vocab_size"],
        hidden=data["hidden_size"],
        layers=data["num_hidden_layers"],
        heads=data["num_attention_heads"],
        kv_heads=data["num_key_value_heads"],
        head_size=data["head_dim"],
        intermediate=data["intermediate_size"],
        rope_theta=data["rope_theta"],
        norm_epsilon=data["rms_norm_eps"],
        context=data["max_position_embeddings"],
    )


def save_state(path: Path, state: dict) -> None:
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    os.replace(partial, path)


def load_state(path: Path, device: torch.device) -> dict:
    return torch.load(path, map_location=device, weights_only=True)


def _config(config: ModelConfig, tokenizer: Tokenizer) -> dict:
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": config.vocabulary,
        "hidden_size": config.hidden,
        "intermediate_size": config.intermediate,
        "num_hidden_layers": config.layers,
        "num_attention_heads": config.heads,
        "num_key_value_heads": config.kv_heads,
        "head_dim": config.head_size,
        "hidden_act": "silu",
        "max_position_embeddings": config.context,
        "initializer_range": 0.02,
        "rms_norm_eps": config.norm_epsilon,
        "rope_theta": config.rope_theta,
        "rope_scaling": None,
        "use_cache": True,
        "bos_token_id": None,
        "eos_token_id": tokenizer.turn_end,
        "pad_token_id": tokenizer.padding,
        "tie_word_embeddings": True,
        "attention_bias": False,
        "attention_dropout": 0.0,
        "mlp_bias": False,
        "torch_dtype": "float32",
    }


def _write(path: Path, data: dict) -> None:
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
