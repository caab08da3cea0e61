"""Attention under the tree masks of packed problems, in blocks of queries on a CPU."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

BLOCK = 128
"""Queries of the chain per block: what they attend to shall stay in a core's cache."""


@dataclass(frozen=True)
class TreeMask:
    """Who sees whom in a batch of packed problems.

    The first `chain` columns are causal text. The rest are side strands (outlines, branches, reused joins): they see
    what `side` allows of the first `shared` columns of the chain, and of each other.
    """

    chain: int
    shared: int
    side: tuple["SideMask", ...]
    """Stretches of side tokens of one length, the last one may be shorter."""


@dataclass(frozen=True)
class SideMask:
    """What one stretch of side tokens sees: most branches see little beside themselves, and the rest costs nothing."""

    first: int
    """The first stretch of side tokens that it sees; the last one is its own."""
    visible: Tensor
    """Boolean `[batch, 1, token, shared + token of the stretches from the first on]`, true where visible."""


def attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
    """Attention under a boolean mask `[batch, 1, query, key]`, or causal without one.

    `q` is `[batch, head, query, size]`; `k` and `v` have as many heads, or fewer that several query heads share.
    """
    # Repeated here, for not all fused kernels take fewer heads.
    group = q.shape[1] // k.shape[1]
    k, v = (t.repeat_interleave(group, 1) if group > 1 else t for t in (k, v))
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=mask is None)


def attend_tree(q: Tensor, k: Tensor, v: Tensor, mask: TreeMask) -> Tensor:
    """Attention of all tokens of a tree; tensors as `attend`'s."""
    if q.device.type == "cpu":
        return TreeAttention.apply(q, k, v, mask)
    outputs = [attend(*(t[:, :, : mask.chain] for t in (q, k, v)), None)]
    for block in _side_blocks(mask):
        seen_k, seen_v = (_gathered(t, block.seen) for t in (k, v))
        outputs.append(attend(q[:, :, block.start : block.stop], seen_k, seen_v, block.visible))
    return torch.cat(outputs, 2)


@dataclass(frozen=True)
class _Block:
    """Queries from `start` to `stop`; they see the `seen` ranges of keys as `visible` says, or causally."""

    start: int
    stop: int
    seen: tuple[tuple[int, int], ...]
    visible: Tensor | None


def _side_blocks(mask: TreeMask) -> list[_Block]:
    blocks = []
    start, stretch = mask.chain, mask.side[0].visible.shape[2] if mask.side else 0
    for part in mask.side:
        stop = start + part.visible.shape[2]
        beside = mask.chain + part.first * stretch, stop
        blocks.append(_Block(start, stop, ((0, mask.shared), beside), part.visible))
        start = stop
    return blocks


def _chain_blocks(mask: TreeMask) -> list[_Block]:
    stops = [min(start + BLOCK, mask.chain) for start in range(0, mask.chain, BLOCK)]
    return [_Block(index * BLOCK, stop, ((0, stop),), None) for index, stop in enumerate(stops)]


def _gathered(tensor: Tensor, ranges: tuple[tuple[int, int], ...]) -> Tensor:
    return torch.cat([tensor[:, :, start:stop] for start, stop in ranges], 2)


class TreeAttention(torch.autograd.Function):
    """Attention from plain products and softmax in the inputs' own type.

    On a CPU that multiplies bfloat16 in tiles its backward pass takes half as long as PyTorch's fused kernel, whose
    products are in float32. Query heads of one key-value head are rows of one product.
    """

    @staticmethod
    def forward(ctx, q: Tensor, k: Tensor, v: Tensor, mask: TreeMask) -> Tensor:
        blocks = _chain_blocks(mask) + _side_blocks(mask)
        scaled = q * q.shape[3] ** -0.5
        output = torch.empty_like(q)
        shares = []
        for block in blocks:
            keys, values = (_gathered(t, block.seen).flatten(0, 1) for t in (k, v))
            scores = torch.bmm(_rows(scaled, block, k), keys.transpose(1, 2))
            share = torch.softmax(_hidden_future(scores, block, q), -1)
            _put_rows(output, block, torch.bmm(share, values))
            shares.append(share)
        ctx.save_for_backward(scaled, k, v, *shares)
        ctx.blocks = blocks
        return output

    @staticmethod
    def backward(ctx, given: Tensor):
        scaled, k, v, *shares = ctx.saved_tensors
        to_q = torch.empty_like(scaled)
        to_k, to_v = (torch.zeros_like(t, dtype=torch.float32) for t in (k, v))
        for block, share in zip(ctx.blocks, shares, strict=True):
            keys, values = (_gathered(t, block.seen).flatten(0, 1) for t in (k, v))
            to_output = _rows(given, block, k)
            to_share = torch.bmm(to_output, values.transpose(1, 2))
            to_scores = torch._softmax_backward_data(to_share, share, -1, share.dtype)
            _put_rows(to_q, block, torch.bmm(to_scores, keys))
            _add_to(to_v, block, torch.bmm(share.transpose(1, 2), to_output))
            _add_to(to_k, block, torch.bmm(to_scores.transpose(1, 2), _rows(scaled, block, k)))
        return to_q * scaled.shape[3] ** -0.5, to_k.to(k.dtype), to_v.to(v.dtype), None


def _rows(tensor: Tensor, block: _Block, k: Tensor) -> Tensor:
    """A block's queries `[batch * key-value head, query head * query, size]`."""
    queries = tensor[:, :, block.start : block.stop]
    return queries.reshape(k.shape[0] * k.shape[1], -1, k.shape[3])


def _put_rows(tensor: Tensor, block: _Block, rows: Tensor) -> None:
    target = tensor[:, :, block.start : block.stop]
    target.copy_(rows.view(target.shape))


def _add_to(total: Tensor, block: _Block, part: Tensor) -> None:
    part = part.view(*total.shape[:2], -1, total.shape[3])
    sizes = [stop - start for start, stop in block.seen]
    for (start, stop), piece in zip(block.seen, part.split(sizes, 2), strict=True):
        total[:, :, start:stop] += piece


def _hidden_future(scores: Tensor, block: _Block, q: Tensor) -> Tensor:
    """The scores with what is not visible at negative infinity."""
    by_head = scores.view(q.shape[0], q.shape[1], block.stop - block.start, -1)
    if block.visible is not None:
        by_head.masked_fill_(~block.visible, -torch.inf)
    else:
        own = by_head[..., block.start :]
        own.masked_fill_(torch.ones(own.shape[2:], dtype=torch.bool).triu(1), -torch.inf)
    return scores
