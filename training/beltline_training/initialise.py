"""A first structure for lookups: heads that gather what stands a little before, and heads that compare it.

Random initialisation finds these circuits only after tens of millions of tokens. With them in place copying works from
the first step, and a branch that knows nothing but its title finds its item within minutes. (Induction heads: Olsson et
al., "In-context Learning and Induction Heads", arXiv 2209.11895.)

The first layer's heads go by distance alone: two of them take the token one and two back, two take the average of a
short and of a long stretch, and each writes to a place of its own. In the second layer one pair of heads looks for what
followed the last two tokens before; another compares its short stretch, a title and the words after it, with the long
stretch before every other token, in any order: so the value of an item is found by the item's name, although other
words stand between them. Frequent tokens begin with short embeddings, or spaces and points would fill the averages.
"""

from dataclasses import replace

import torch
from torch import Tensor

from .model import Attention, Llama

HEADS = 4
"""Heads of the first layer that are set, and places in the residual stream that they write to."""
REACH = 1500
"""Tokens up to which the distance kernels are fitted."""


@torch.no_grad()
def initialise_lookups(model: Llama, frequencies: Tensor, seed: int = 0) -> None:
    """Sets embeddings, the heads of the first layer and those of the second layer's first two key-value heads.

    `frequencies` `[vocabulary]` are the shares of the tokens in prompts, above zero.
    """
    config = model.config
    size, half = config.head_size, config.head_size // 2
    # Slow rotary pairs hold content at any distance.
    slow = torch.arange(half * 3 // 8, half)
    slow = torch.cat((slow, slow + half))
    width = len(slow)
    if config.heads < HEADS or config.heads < 2 * config.kv_heads or config.kv_heads < 2 or config.layers < 2:
        raise ValueError(
            f"expected {HEADS} heads, two or more for each of two key-value heads, two layers, got {config}"
        )
    if size + HEADS * width >= config.hidden:
        raise ValueError(f"expected a hidden size above {size + HEADS * width}, got {config}")
    generator = torch.Generator().manual_seed(seed)
    basis = _orthogonal(config.hidden, size + HEADS * width, generator)
    contents = basis[:, :size].T
    places = basis[:, size:].split(width, 1)
    _scale_embeddings(model, frequencies)
    _share_direction(model, basis[:, size:])
    first, second = (model.model.layers[index].self_attn for index in (0, 1))
    _gather_context(first, model.frequencies, contents, places)
    _compare_context(second, slow, contents, places, generator)
    # Sharp from the start: what the second layer copies shall outweigh the token that reads it.
    model.model.norm.weight.fill_(3.0)


@torch.no_grad()
def deepened(model: Llama, layers: int) -> Llama:
    """The model with new last layers, which add nothing to what the others say until they have learnt something."""
    if layers == 0:
        return model
    deeper = Llama(replace(model.config, layers=model.config.layers + layers))
    deeper.load_state_dict(model.state_dict(), strict=False)
    for layer in deeper.model.layers[-layers:]:
        layer.self_attn.o_proj.weight.zero_()
        layer.mlp.down_proj.weight.zero_()
    return deeper


def _scale_embeddings(model: Llama, frequencies: Tensor) -> None:
    """Rare tokens say more: the longer a token's embedding, the more it counts in an average."""
    model.model.embed_tokens.weight *= (1e-3 / frequencies).clamp(max=1).pow(0.3)[:, None]


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


def _gather_context(attention: Attention, frequencies: Tensor, contents: Tensor, places: tuple[Tensor, ...]) -> None:
    """Every head attends by its kernel of distances and writes what stands there to its place."""
    config = attention.config
    size, half = config.head_size, config.head_size // 2
    attention.k_proj.weight.mul_(0.1)
    attention.q_proj.weight.mul_(0.1)
    attention.o_proj.weight.zero_()
    # About what the shared direction holds after normalization, so that a score is what the kernel says.
    shared = (config.hidden / 2) ** 0.5
    for group in range(config.kv_heads):
        attention.k_proj.weight[group * size : group * size + half, 0] += 3 / shared
        attention.v_proj.weight[group * size : (group + 1) * size] = contents
    for head, (kernel, place) in enumerate(zip(_kernels(), places, strict=True)):
        weights, attended = _fit_kernel(frequencies, kernel)
        weights = weights * size**0.5 / (3 * shared)
        attention.q_proj.weight[head * size : head * size + half, 0] += weights[:half]
        attention.q_proj.weight[head * size + half : (head + 1) * size, 0] -= weights[half:]
        # An average of many is short; all places shall weigh about the same.
        strength = 0.15 / attended.square().sum().sqrt()
        attention.o_proj.weight[:, head * size : head * size + place.shape[1]] = strength * place


def _compare_context(
    attention: Attention, slow: Tensor, contents: Tensor, places: tuple[Tensor, ...], generator: torch.Generator
) -> None:
    """Heads 0 and 1 go by the last tokens in order, the first two of the next group by their surroundings too."""
    config = attention.config
    size, width = config.head_size, len(slow)
    before, second_before, short, long = (place.T for place in places)
    # Several things share the same pairs; rotations of their own keep them apart.
    turns = [torch.linalg.qr(torch.randn(width, width, generator=generator))[0] for _ in range(3)]
    here = contents[:width]
    queries, keys = attention.q_proj.weight, attention.k_proj.weight
    queries *= 0.1
    keys *= 0.1
    keys[slow] += before + turns[0] @ second_before
    queries[slow] += 3 * (here + turns[0] @ before)
    queries[size + slow] += 3 * here
    keys[size + slow] += long + 0.5 * (turns[1] @ before + turns[2] @ second_before)
    group = config.heads // config.kv_heads
    for head in (group, group + 1):
        queries[head * size + slow] += 6 * short + 3 * (turns[1] @ here + turns[2] @ before)
    for key_value in (0, 1):
        attention.v_proj.weight[key_value * size : (key_value + 1) * size] = contents
    for head, strength in ((0, 1.0), (1, 0.3), (group, 1.0), (group + 1, 1.0)):
        attention.o_proj.weight[:, head * size : (head + 1) * size] = strength * contents.T


def _kernels() -> list[Tensor]:
    """What shares of its attention a head gives to the distances 0, 1, 2, ..."""
    distance = torch.arange(REACH).float()
    short = torch.exp(-distance / 6)
    long = torch.exp(-(distance - 1) / 14) * (distance > 0)
    return [(distance == 1).float(), (distance == 2).float(), short / short.sum(), long / long.sum()]


@torch.enable_grad()
def _fit_kernel(frequencies: Tensor, kernel: Tensor) -> tuple[Tensor, Tensor]:
    """Weights of the rotary pairs' cosines and sines whose softmax over distances is the kernel, and that softmax."""
    angles = torch.arange(REACH)[:, None] * frequencies.cpu()
    waves = torch.cat((angles.cos(), angles.sin()), 1)
    weights = torch.zeros(waves.shape[1], requires_grad=True)
    steps = 400
    optimizer = torch.optim.Adam([weights], lr=0.3)
    decay = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.01, steps)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = -(kernel * torch.log_softmax(waves @ weights, 0)).sum() + 1e-4 * weights.square().sum()
        loss.backward()
        optimizer.step()
        decay.step()
    return weights.detach(), torch.softmax(waves @ weights, 0).detach()


def _orthogonal(rows: int, columns: int, generator: torch.Generator) -> Tensor:
    """`[rows, columns]` with orthonormal columns that leave the shared direction out."""
    basis = torch.linalg.qr(torch.randn(rows - 1, columns, generator=generator))[0]
    return torch.cat((torch.zeros(1, columns), basis))
