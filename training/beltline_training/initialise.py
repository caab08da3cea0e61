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
    """Sets the first two heads of the first two layers; needs head size 32 or more and two heads per group."""
    config = model.config
    generator = torch.Generator().manual_seed(seed)
    size, half = config.head_size, config.head_size // 2
    first, second = (model.model.layers[index].self_attn for index in (0, 1))
    # One direction that all tokens share: what heads read that go by position alone.
    model.model.embed_tokens.weight[:, 0] = 0.05 * config.hidden**0.5
    contents = _orthogonal(config.hidden, size, generator).T
    places = _orthogonal(config.hidden, len(OFFSETS) * size, generator).split(size, 1)
    _look_back(first, model.frequencies, contents, places)

    # Slow rotary pairs hold content at any distance; even ones compare tokens, odd ones the tokens before them.
    slow = torch.arange(half * 9 // 16, half)
    here, before = (torch.cat((pairs, pairs + half)) for pairs in (slow[::2], slow[1::2]))
    count = min(len(here), len(before))
    here, before = here[:count], before[:count]
    queries, keys = second.q_proj.weight, second.k_proj.weight
    keys[:size] *= 0.1
    queries[: 2 * size] *= 0.1
    keys[here] += 1.5 * places[0][:, :count].T
    keys[before] += 1.5 * places[1][:, :count].T
    queries[here] += 2.7 * contents[:count]
    queries[before] += 1.1 * places[0][:, :count].T
    queries[size + here] += 4.0 * contents[:count]
    copied = _orthogonal(config.hidden, size, generator).T
    second.v_proj.weight[:size] = copied
    for head in (0, 1):
        second.o_proj.weight[:, head * size : (head + 1) * size] = 0.1 * copied.T


def _look_back(attention: Attention, frequencies: Tensor, contents: Tensor, places: tuple[Tensor, ...]) -> None:
    """Heads that attend a fixed number of tokens back and write what stands there to a place of their own."""
    size = attention.config.head_size
    half = size // 2
    queries, keys = attention.q_proj.weight, attention.k_proj.weight
    keys[:size] *= 0.1
    queries[: len(OFFSETS) * size] *= 0.1
    fast = torch.arange(half * 11 // 16)
    keys[fast, 0] += 0.42
    for head, offset in enumerate(OFFSETS):
        angles = frequencies[fast] * offset
        queries[head * size + fast, 0] += 0.42 * angles.cos()
        queries[head * size + half + fast, 0] -= 0.42 * angles.sin()
        attention.o_proj.weight[:, head * size : (head + 1) * size] = 0.15 * places[head]
    attention.v_proj.weight[:size] = contents


def _orthogonal(rows: int, columns: int, generator: torch.Generator) -> Tensor:
    """`[rows, columns]` with orthonormal columns that leave the shared direction out."""
    basis = torch.linalg.qr(torch.randn(rows - 1, columns, generator=generator))[0]
    return torch.cat((torch.zeros(1, columns), basis))
