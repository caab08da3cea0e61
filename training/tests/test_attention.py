"""Attention in blocks must be attention: the same output and gradients as one kernel under the whole mask."""

import pytest
import torch

from beltline_training.attention import BLOCK, SideMask, TreeAttention, TreeMask, attend

BATCH, HEADS, SHARED_HEADS, SIZE = 2, 4, 2, 16


def random_tree(chain: int, side: int, stretch: int, draw: torch.Generator) -> tuple[TreeMask, torch.Tensor]:
    """A tree and the same as one mask `[batch, 1, query, key]`."""
    shared = chain // 2
    whole = torch.ones(BATCH, 1, chain + side, chain + side, dtype=torch.bool).tril()
    whole[:, :, chain:] &= torch.rand(BATCH, 1, side, chain + side, generator=draw) < 0.5
    whole[:, :, chain:, shared:chain] = False
    whole |= torch.eye(chain + side, dtype=torch.bool)
    parts = []
    for index, start in enumerate(range(chain, chain + side, stretch)):
        first = max(0, index - 1)
        stop, beside = min(start + stretch, chain + side), chain + first * stretch
        whole[:, :, start:stop, chain:beside] = False
        seen = whole[:, :, start:stop]
        parts.append(SideMask(first, torch.cat((seen[..., :shared], seen[..., beside:stop]), 3)))
    return TreeMask(chain, shared, tuple(parts)), whole


@pytest.mark.parametrize(
    ("chain", "side"), [(BLOCK // 2, 0), (2 * BLOCK, 0), (BLOCK + 44, 48), (3 * BLOCK + 1, 5 * 32 + 7)], ids=str
)
def test_blocks_attend_as_one_kernel_does_and_so_do_their_gradients(chain, side):
    draw = torch.Generator().manual_seed(chain + side)
    mask, whole = random_tree(chain, side, 32, draw)
    shapes = [(BATCH, heads, chain + side, SIZE) for heads in (HEADS, SHARED_HEADS, SHARED_HEADS, HEADS)]
    q, k, v, given = (torch.randn(shape, generator=draw, dtype=torch.float64) for shape in shapes)

    def outcome(attention):
        inputs = [tensor.clone().requires_grad_() for tensor in (q, k, v)]
        output = attention(*inputs)
        return output, *torch.autograd.grad(output, inputs, given)

    expected = outcome(lambda *inputs: attend(*inputs, whole))
    found = outcome(lambda *inputs: TreeAttention.apply(*inputs, mask))
    for one, other in zip(expected, found, strict=True):
        # Gradients of keys and values are summed in float32.
        torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-5)


def test_in_bfloat16_blocks_lose_no_more_than_its_digits():
    draw = torch.Generator().manual_seed(5)
    mask, whole = random_tree(BLOCK + 44, 48, 32, draw)
    shapes = [(BATCH, heads, BLOCK + 92, SIZE) for heads in (HEADS, SHARED_HEADS, SHARED_HEADS)]
    q, k, v = (torch.randn(shape, generator=draw) for shape in shapes)
    found = TreeAttention.apply(q.bfloat16(), k.bfloat16(), v.bfloat16(), mask)
    torch.testing.assert_close(found.float(), attend(q, k, v, whole), atol=0.03, rtol=0.03)
