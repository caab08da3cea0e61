"""Greedy tokens of a model in both modes, one JSON line a problem: what a decoder of the same model must give."""

import json
from collections.abc import Iterator

from .decode import Decoded, GreedyDecoder
from .model import Llama
from .outline import Limits
from .problem import Problem
from .tokenizer import TURN_END, Tokenizer

LIMITS = Limits(tokens=1200, branch_tokens=160)
"""A decoder that is compared must have the same."""


def expected_lines(model: Llama, tokenizer: Tokenizer, problems: list[Problem], capacity: int) -> Iterator[str]:
    """Decodes the problems in float32 with the join that recomputes, `capacity` cache slots each."""
    model.eval()
    decoder = GreedyDecoder(model, tokenizer, LIMITS)
    for problem in problems:
        [answer] = decoder.decode([problem.prompt], capacity)
        if max(len(answer.sequential), len(answer.recompute)) >= LIMITS.tokens:
            continue  # It never came to an end of its own.
        yield json.dumps(_expected(problem, answer, tokenizer), ensure_ascii=False)


def _expected(problem: Problem, answer: Decoded, tokenizer: Tokenizer) -> dict:
    sequential, parallel = ([*tokens, tokenizer.turn_end] for tokens in (answer.sequential, answer.recompute))
    return {
        "family": problem.family,
        "kind": problem.kind,
        "prompt": problem.prompt,
        "gold": problem.gold,
        "goldKeys": problem.gold_keys,
        "labels": problem.labels,
        "promptTokens": tokenizer.encode_prompt(problem.prompt),
        "sequentialTokens": sequential,
        "sequentialText": tokenizer.decode(sequential) + TURN_END,
        "parallelOk": answer.outline == "outline",
        "parallelTokens": parallel,
        "parallelText": tokenizer.decode(parallel) + TURN_END,
        "titles": answer.titles,
    }
