"""Exact match on held-out problems, in sequential mode and in parallel with both joins."""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from math import comb
from pathlib import Path

import numpy as np
import torch

from .decode import Decoded, GreedyDecoder
from .model import Llama
from .outline import Limits
from .pack import Packer, Stages
from .problem import Problem, read_problems
from .scoring import is_right, titles_of
from .tokenizer import Tokenizer
from .written import write_answer

MODES = ("sequential", "recompute", "reuse")


@dataclass
class Group:
    """Counts over the problems of one family and kind."""

    problems: int = 0
    outlines: int = 0
    """Outlines with exactly the right titles, or none where none belongs."""
    right: dict[str, int] = field(default_factory=lambda: dict.fromkeys(MODES, 0))
    passes: dict[str, int] = field(default_factory=lambda: dict.fromkeys(MODES, 0))
    only_sequential: int = 0
    only_parallel: int = 0
    """Right in one mode alone (parallel: recompute), for the paired test."""

    def summary(self) -> dict:
        share = {mode: round(count / self.problems, 4) for mode, count in self.right.items()}
        return {
            "problems": self.problems,
            **share,
            "outline": round(self.outlines / self.problems, 4),
            "passes": {mode: round(count / self.problems, 1) for mode, count in self.passes.items()},
            "paired_p": round(sign_test(self.only_sequential, self.only_parallel), 4),
        }


def sign_test(a: int, b: int) -> float:
    """Two-sided exact sign test (McNemar): how likely so uneven a split of `a + b` disagreements is by chance."""
    n = a + b
    tail = sum(comb(n, k) for k in range(min(a, b) + 1)) / 2**n
    return min(1.0, 2 * tail)


def choose_problems(paths: list[Path], per_family: int, seed: int = 0, max_items: int = 1000) -> list[Problem]:
    """So many problems of each family, the same ones every time."""
    pools: dict[str, list[Problem]] = defaultdict(list)
    for path in paths:
        for problem in read_problems(path):
            if len(titles_of(problem)) <= max_items:
                pools[problem.family].append(problem)
    draw = random.Random(seed)
    return [problem for pool in pools.values() for problem in draw.sample(pool, min(per_family, len(pool)))]


def evaluate(
    model: Llama,
    tokenizer: Tokenizer,
    problems: list[Problem],
    cache_tokens: int,
    sequential: bool = True,
    group_by=lambda problem: problem.family,
) -> tuple[dict[str, dict], list[tuple[Problem, Decoded]]]:
    """Decodes and scores all problems; returns a summary by group, and all that was decoded."""
    training = model.training
    model.eval()
    decoded: list[tuple[Problem, Decoded]] = []
    for batch, capacity, limits in _batches(problems, tokenizer, cache_tokens):
        decoder = GreedyDecoder(model, tokenizer, limits)
        found = decoder.decode([problem.prompt for problem in batch], capacity, sequential)
        decoded += zip(batch, found, strict=True)
    model.train(training)
    groups: dict[str, Group] = defaultdict(Group)
    for problem, answer in decoded:
        _count(groups[group_by(problem)], problem, answer, tokenizer)
    summaries = {name: group.summary() for name, group in sorted(groups.items())}
    if not sequential:
        for summary in summaries.values():
            del summary["sequential"], summary["passes"]["sequential"], summary["paired_p"]
    return summaries, decoded


def _batches(problems: list[Problem], tokenizer: Tokenizer, cache_tokens: int):
    """Problems of like size with the cache capacity that they need, and limits a third above their right answers.

    The limits change no right answer; they only stop models that do not stop.
    """
    packer = Packer(tokenizer)
    sized = []
    for problem in problems:
        prompt = tokenizer.encode_prompt(problem.prompt)
        packed = packer.pack(prompt, write_answer(problem, tokenizer), Stages(outline=False, reuse=False))
        answer = packed.chain - len(prompt)
        branch = int(np.bincount(packed.strands[packed.chain :]).max()) if len(packed) > packed.chain else 0
        sized.append((len(prompt) + answer, answer, branch, problem))
    sized.sort(key=lambda entry: entry[0])
    batch: list[tuple[int, int, int, Problem]] = []
    for entry in sized:
        if batch and _capacity([*batch, entry]) * (len(batch) + 1) > cache_tokens:
            yield _with_limits(batch)
            batch = []
        batch.append(entry)
    if batch:
        yield _with_limits(batch)


def _capacity(batch: list[tuple[int, int, int, Problem]]) -> int:
    return max(size + answer // 3 + 64 for size, answer, _, _ in batch)


def _with_limits(batch: list[tuple[int, int, int, Problem]]):
    _, answers, branches, problems = zip(*batch, strict=True)
    limits = Limits(tokens=max(answers) * 4 // 3 + 32, branch_tokens=max(branches) * 4 // 3 + 8)
    return list(problems), _capacity(batch), limits


def _count(group: Group, problem: Problem, answer: Decoded, tokenizer: Tokenizer) -> None:
    right = {mode: is_right(problem, tokenizer.decode(getattr(answer, mode))) for mode in MODES}
    group.problems += 1
    group.outlines += answer.titles == titles_of(problem) and answer.outline != "malformed"
    for mode in MODES:
        group.right[mode] += right[mode]
        passes = answer.passes.get(mode) or answer.passes["outline"]
        group.passes[mode] += passes
    group.only_sequential += right["sequential"] and not right["recompute"]
    group.only_parallel += right["recompute"] and not right["sequential"]


def best_device(name: str = "auto") -> torch.device:
    return torch.device(("cuda" if torch.cuda.is_available() else "cpu") if name == "auto" else name)
