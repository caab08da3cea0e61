"""The loss of guided heads: how much of their attention goes where it should."""

import torch
from torch import Tensor

from .batch import Batch
from .guides import Guide
from .model import Llama, ModelConfig
from .written import DECISIONS, OPENS_TITLE, TokenClass

MOST = 192
"""Guides of one kind in one row of a batch that count; more are drawn from."""
FIRST = 8.0
"""What a guide at a token of `DECISIVE` counts, beside those of the other tokens."""
DECISIVE = (
    *OPENS_TITLE,
    TokenClass.PARTING,
    TokenClass.NAMED,
    TokenClass.LOOKUP,
    *DECISIONS,
    TokenClass.TEXT,
    TokenClass.ANSWER,
    TokenClass.OPENING,
)
"""First tokens, decisions, names where they part, and the few of a conclusion: the rest follows from the text."""
DEEPEST = 3
"""Layers that guides need."""

HEADS = {
    Guide.OWNER: (3, 0, 0),
    Guide.LEAD: (3, 0, 1),
    Guide.PLACE: (3, 1, 0),
    Guide.PREVIOUS: (2, 0, 0),
    Guide.HERE: (2, 0, 0),
    Guide.WINNER: (2, 1, 0),
    Guide.LOWER: (2, 0, 1),
    Guide.UPPER: (2, 1, 1),
    Guide.HERE_BEFORE: (2, 1, 1),
    Guide.TITLE: (1, 0, 0),
    Guide.VALUE: (1, 1, 0),
    Guide.BEFORE: (1, 1, 0),
}
"""How far from the last layer, which key-value head, and which of its query heads. `PREVIOUS` is asked in
prompts and `HERE` in answers, so that they share a head; `HERE_BEFORE` and `UPPER` are asked at different tokens too.
`BEFORE` is `VALUE`'s. `LEAD` looks for titles, as `OWNER` does: they share keys."""


def guided_head(guide: Guide, config: ModelConfig) -> tuple[int, int]:
    """The layer and the query head that learn a guide: titles first, then who is meant, then what to copy."""
    depth, key_value, query = HEADS[guide]
    return config.layers - depth, config.heads // config.kv_heads * key_value + query


def guided_layers(config: ModelConfig) -> set[int]:
    if config.layers < DEEPEST or config.kv_heads < 2 or config.heads < 2 * config.kv_heads:
        raise ValueError(f"expected {DEEPEST} layers and two key-value heads of two heads for guides, got {config}")
    return {guided_head(guide, config)[0] for guide in Guide}


def guide_losses(model: Llama, batch: Batch, seen: dict[int, tuple[Tensor, Tensor]]) -> dict[Guide, Tensor]:
    """For each kind the weighted mean of `-log` of the attention to the right tokens.

    `seen`: queries `[row, head, token, size]` and keys `[row, key-value head, token, size]` of the guided layers.
    """
    found: dict[Guide, Tensor] = {}
    for guide in Guide:
        layer, head = guided_head(guide, model.config)
        # Taken apart at once: the gradient of every single row would be a whole tensor of zeros.
        queries, keys = seen[layer]
        shared = head * keys.shape[1] // queries.shape[1]
        rows = zip(queries[:, head].float().unbind(), keys[:, shared].float().unbind(), strict=True)
        losses, weights = [], []
        for row, (query, key) in enumerate(rows):
            chosen = batch.guides[row][batch.guides[row][:, 0] == guide]
            if len(chosen) > MOST:
                chosen = chosen[torch.randperm(len(chosen), device=chosen.device)[:MOST]]
            losses.append(_losses(batch, row, chosen, query, key))
            weights.append(_weights(batch.classes[row, chosen[:, 1]]))
        if any(len(part) for part in losses):
            weight = torch.cat(weights)
            found[guide] = (torch.cat(losses) * weight).sum() / weight.sum()
    return found


def _weights(classes: Tensor) -> Tensor:
    decisive = torch.isin(classes, torch.tensor(DECISIVE, device=classes.device))
    return 1 + (FIRST - 1) * decisive.float()


def _losses(batch: Batch, row: int, guides: Tensor, queries: Tensor, keys: Tensor) -> Tensor:
    """`[guide]` of `guides` `[guide, (kind, query, start, stop)]` and one head's `[token, size]`."""
    asking, start, stop = (guides[:, column, None] for column in (1, 2, 3))
    scores = queries[asking[:, 0]] @ keys.T * keys.shape[1] ** -0.5
    columns = torch.arange(len(keys), device=keys.device)[None]
    strands = batch.strands[row]
    visible = batch.visible[row][strands[asking], strands.clamp(min=0)[None]]
    scores = scores.masked_fill(~(visible & (strands >= 0) & (columns <= asking)), -torch.inf)
    right = scores.masked_fill((columns < start) | (columns >= stop), -torch.inf)
    return scores.logsumexp(1) - right.logsumexp(1)
