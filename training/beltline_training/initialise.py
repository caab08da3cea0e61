"""A first structure for lookups: heads that look a little back, and induction heads on top of them.

Random initialisation finds these circuits only after tens of millions of tokens; with them in place copying works from
the first step. (Induction heads: Olsson et al., "In-context Learning and Induction Heads", arXiv 2209.11895.)

The first layer's heads look one, two, ... tokens back and write what stands there to places of their own. Two heads of
the second layer look for what followed the present token before; one of them also asks whether the tokens before it
were among the tokens before that place, in any order: a title is followed by a colon, a name in a prompt is not.
"""

import torch
from torch import Tensor

from .model import Attention, Llama


@torch.no_grad()
def initialise_lookups(model: Llama, seed: int = 0) -> None:
    """Sets the heads of the first layer and the first two heads, which share keys and values, of the second."""
    config = model.config
    size, half = config.head_size, config.head_size // 2
    # Slow rotary pairs hold content at any distance.
    slow = torch.arange(half * 3 // 8, half)
    slow = torch.cat((slow, slow + half))
    width = len(slow)
    if config.heads < 2 * config.kv_heads or config.layers < 2 or size + config.heads * width >= config.hidden:
        raise ValueError(
            "expected two heads or more per key-value head, two layers or more, and a hidden size that holds "
            f"a head and {width} dimensions for each head, got {config}"
        )
    generator = torch.Generator().manual_seed(seed)
    basis = _orthogonal(config.hidden, size + config.heads * width, generator)
    contents = basis[:, :size].T
    places = basis[:, size:].split(width, 1)
    _share_direction(model, basis[:, size:])
    first, second = (model.model.layers[index].self_attn for index in (0, 1))
    _look_back(first, model.frequencies, contents, places)

    queries, keys = second.q_proj.weight, second.k_proj.weight
    keys[:size] *= 0.1
    queries[: 2 * size] *= 0.1
    # The token itself and the tokens before it share the pairs; a rotation of their own keeps them apart.
    turn = torch.linalg.qr(torch.randn(width, width, generator=generator))[0]
    keys[slow] += places[0].T + turn @ sum(place.T for place in places[1:])
    queries[slow] += 2.8 * contents[:width] + 1.2 * turn @ sum(place.T for place in places[:-1])
    queries[size + slow] += 3.0 * contents[:width]
    second.v_proj.weight[:size] = contents
    for head in (0, 1):
        second.o_proj.weight[:, head * size : (head + 1) * size] = contents.T
    # Sharp from the start: what the induction heads copy shall outweigh the token that reads it.
    model.model.norm.weight.fill_(3.0)


def _share_direction(model: Llama, places: Tensor) -> None:
    """Gives all tokens one direction in common, for heads that go by position alone; nothing else may read it.

    `places` `[hidden, dimension]` are left free for what heads write there.
    """
    embedding = model.model.embed_tokens.weight
    embedding -= embedding @ places @ places.T
    embedding[:, 0] = 0.05 * model.config.hidden**0.5
    for layer in model.model.layers:
        attention, feed = layer.self_attn, layer.mlp
        for reader in (attention.q_proj, attention.k_proj, attention.v_proj, feed.gate_proj, feed.up_proj):
            reader.weight[:, 0] = 0


def _look_back(attention: Attention, frequencies: Tensor, contents: Tensor, places: tuple[Tensor, ...]) -> None:
    """Head `h` attends `h + 1` tokens back and writes what stands there to its place."""
    config = attention.config
    size, half = config.head_size, config.head_size // 2
    attention.k_proj.weight.mul_(0.1)
    attention.q_proj.weight.mul_(0.1)
    attention.o_proj.weight.zero_()
    fast = torch.arange(half * 11 // 16)
    for group in range(config.kv_heads):
        attention.k_proj.weight[group * size + fast, 0] += 0.65
        attention.v_proj.weight[group * size : (group + 1) * size] = contents
    for head, place in enumerate(places):
        angles = frequencies[fast] * (head + 1)
        attention.q_proj.weight[head * size + fast, 0] += 0.65 * angles.cos()
        attention.q_proj.weight[head * size + half + fast, 0] -= 0.65 * angles.sin()
        attention.o_proj.weight[:, head * size : head * size + place.shape[1]] = 0.15 * place


def _orthogonal(rows: int, columns: int, generator: torch.Generator) -> Tensor:
    """`[rows, columns]` with orthonormal columns that leave the shared direction out."""
    basis = torch.linalg.qr(torch.randn(rows - 1, columns, generator=generator))[0]
    return torch.cat((torch.zeros(1, columns), basis))
