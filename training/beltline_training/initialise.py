"""A first structure for lookups: heads that look a little back, and induction heads on top of them.

Random initialisation finds these circuits only after tens of millions of tokens; with them in place copying works from
the first minutes. (Induction heads: Olsson et al., "In-context Learning and Induction Heads", arXiv 2209.11895.)
"""

import torch
from torch import Tensor

from .model import Attention, Llama

OFFSETS = (1, 2)
"""How far back the heads of the first layer look."""


@torch.no_grad()
def initialise_lookups(model: Llama, seed: int = 0) -> None:
    """Sets the first two heads, which share their keys and values, of the first two layers."""
    config = model.config
    if config.heads < 2 * config.kv_heads or config.hidden <= 3 * config.head_size or config.layers < 2:
        raise ValueError(
            "expected two heads or more per key-value head, two layers or more, "
            f"and a hidden size above three head sizes, got {config}"
        )
    generator = torch.Generator().manual_seed(seed)
    size, half = config.head_size, config.head_size // 2
    first, second = (model.model.layers[index].self_attn for index in (0, 1))
    basis = _orthogonal(config.hidden, (1 + len(OFFSETS)) * size, generator)
    contents, *places = basis.split(size, 1)
    contents = contents.T
    # The places stay free for what heads write there. One direction is shared by all tokens: what heads read that go
    # by position alone.
    embedding = model.model.embed_tokens.weight
    for place in places:
        embedding -= embedding @ place @ place.T
    embedding[:, 0] = 0.05 * config.hidden**0.5
    for layer in model.model.layers:
        attention, feed = layer.self_attn, layer.mlp
        for reader in (attention.q_proj, attention.k_proj, attention.v_proj, feed.gate_proj, feed.up_proj):
            reader.weight[:, 0] = 0
    _look_back(first, model.frequencies, contents, places)

    # Slow rotary pairs hold content at any distance; even ones compare tokens, odd ones the tokens before them.
    slow = torch.arange(half * 9 // 16, half)
    here, before = (torch.cat((pairs, pairs + half)) for pairs in (slow[::2], slow[1::2]))
    count = min(len(here), len(before))
    here, before = here[:count], before[:count]
    queries, keys = second.q_proj.weight, second.k_proj.weight
    keys[:size] *= 0.1
    queries[: 2 * size] *= 0.1
    keys[here] += 3.0 * places[0][:, :count].T
    keys[before] += 3.0 * places[1][:, :count].T
    queries[here] += 5.0 * contents[:count]
    queries[before] += 2.5 * places[0][:, :count].T
    queries[size + here] += 7.5 * contents[:count]
    second.v_proj.weight[:size] = contents
    for head in (0, 1):
        second.o_proj.weight[:, head * size : (head + 1) * size] = contents.T

    # Sharp from the start: what the induction heads copy shall outweigh the token that reads it.
    model.model.norm.weight.fill_(3.0)


def _look_back(attention: Attention, frequencies: Tensor, contents: Tensor, places: list[Tensor]) -> None:
    """Heads that attend a fixed number of tokens back and write what stands there to a place of their own."""
    size = attention.config.head_size
    half = size // 2
    queries, keys = attention.q_proj.weight, attention.k_proj.weight
    keys[:size] *= 0.1
    queries[: len(OFFSETS) * size] *= 0.1
    fast = torch.arange(half * 11 // 16)
    keys[fast, 0] += 0.55
    for head, offset in enumerate(OFFSETS):
        angles = frequencies[fast] * offset
        queries[head * size + fast, 0] += 0.55 * angles.cos()
        queries[head * size + half + fast, 0] -= 0.55 * angles.sin()
        attention.o_proj.weight[:, head * size : (head + 1) * size] = 0.15 * places[head]
    attention.v_proj.weight[:size] = contents


def _orthogonal(rows: int, columns: int, generator: torch.Generator) -> Tensor:
    """`[rows, columns]` with orthonormal columns that leave the shared direction out."""
    basis = torch.linalg.qr(torch.randn(rows - 1, columns, generator=generator))[0]
    return torch.cat((torch.zeros(1, columns), basis))
