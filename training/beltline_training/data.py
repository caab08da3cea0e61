"""An endless stream of batches, drawn from JSONL files by family and size."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from torch.utils.data import IterableDataset, get_worker_info

from .batch import Batch, collate, rounded
from .config import Config, StageSettings
from .items import PromptItems, find_items
from .pack import Packed, Packer, Stages
from .problem import Problem, parse_problem
from .substitute import Substitution
from .tokenizer import Tokenizer
from .written import Item, WrittenBlock, write_answer, write_facts, write_namings

VERDICT_TOKENS = 500
"""About how many tokens a row of nothing but steps has."""
DECIDING = ("retrieval", "documents")
"""Families whose steps end in a verdict."""


@dataclass(frozen=True)
class Entry:
    """Where a problem stands and how large it is."""

    file: int
    offset: int
    family: str
    language: str
    difficulty: int
    items: int
    characters: int
    facts: bool
    """Whether the line says what facts there are, be it none."""


def index_files(paths: list[Path]) -> list[Entry]:
    """Finds all problems of the files, with several processes if they are large."""
    chunks = [
        (number, path, start) for number, path in enumerate(paths) for start in range(0, path.stat().st_size, 1 << 24)
    ]
    if len(chunks) < 4:
        found = [_index_chunk(chunk) for chunk in chunks]
    else:
        with Pool() as pool:
            found = pool.map(_index_chunk, chunks)
    return [entry for entries in found for entry in entries]


def _index_chunk(chunk: tuple[int, Path, int]) -> list[Entry]:
    """Indexes the lines that begin in 16 MiB from `start` on."""
    number, path, start = chunk
    entries = []
    with path.open("rb") as file:
        file.seek(max(start - 1, 0))
        if start:
            file.readline()
        while (offset := file.tell()) < start + (1 << 24):
            line = file.readline()
            if not line:
                break
            data = json.loads(line)
            blocks = [section for section in data["sections"] if section["type"] == "block"]
            entries.append(
                Entry(
                    number,
                    offset,
                    data["family"],
                    data.get("language", "en"),
                    int(data.get("difficulty") or 0),
                    max((len(block["steps"]) for block in blocks), default=0),
                    len(line),
                    "facts" in data,
                )
            )
    return entries


class BatchStream(IterableDataset):
    """Batches of one stage of the run; each worker draws its own, from a seed of its own."""

    def __init__(self, config: Config, stage: StageSettings, index: list[Entry], tokenizer: Tokenizer, seed: int):
        self.config = config
        self.stage = stage
        self.tokenizer = tokenizer
        self.seed = seed
        self.paths = [Path(path) for path in config.data.training]
        self.pools = self._pools(index)
        self.substitute = Substitution(tokenizer)

    def _pools(self, index: list[Entry]) -> dict[str, list[Entry]]:
        """The stage's problems by family, sorted by size, so that neighbours fit into one batch."""
        stage = self.stage
        pools: dict[str, list[Entry]] = {}
        for entry in index:
            fits = entry.items <= stage.max_items and entry.difficulty <= stage.max_difficulty
            if fits and entry.language in stage.languages and stage.families.get(entry.family, 0) > 0:
                pools.setdefault(entry.family, []).append(entry)
        for pool in pools.values():
            pool.sort(key=lambda entry: entry.characters)
        if not pools:
            raise ValueError(f"expected problems that suit the stage {stage}, found none in {self.paths}")
        if stage.facts and not all(entry.facts for entry in index):
            raise ValueError(f"expected lines with facts, as packages/tasks writes them for training, in {self.paths}")
        return pools

    def __iter__(self) -> Iterator[tuple[str, Batch]]:
        worker = get_worker_info()
        number = worker.id if worker else 0
        draw = random.Random(f"{self.seed}/{number}")
        files = [path.open("rb") for path in self.paths]
        packer = Packer(self.tokenizer)
        families = list(self.pools)
        weights = [self.stage.families[family] for family in families]
        while True:
            family = draw.choices(families, weights)[0]
            if family in DECIDING and draw.random() < self.stage.verdicts:
                yield f"{family} verdicts", self._verdict_batch(self.pools[family], files, packer, draw)
                continue
            yield family, self._family_batch(self.pools[family], files, packer, draw)

    def _family_batch(self, pool: list[Entry], files, packer: Packer, draw: random.Random) -> Batch:
        """Problems of about one size, as many as the budget of tokens allows."""
        reach = max(16, len(pool) // 100)
        centre = draw.randrange(len(pool))
        budget = self.config.optimizer.batch_tokens
        only_outlines = draw.random() < self.stage.outlines
        sequences: list[Packed] = []
        chain = side = 0
        for _ in range(10 * reach):
            near = min(max(centre + draw.randint(-reach, reach), 0), len(pool) - 1)
            packed = self._pack(pool[near], files, packer, self._stages(only_outlines, draw), draw)
            if len(packed) > self.stage.max_tokens:
                centre = draw.randrange(centre + 1)
                continue
            if pool[near].family in DECIDING and draw.random() < self.stage.substituted:
                packed = self.substitute(packed, draw)
            wider = max(chain, packed.chain), max(side, len(packed) - packed.chain)
            if sequences and rounded(wider[0]) + rounded(wider[1]) > budget / (len(sequences) + 1):
                break
            chain, side = wider
            sequences.append(packed)
        if not sequences:
            raise ValueError(f"expected sequences of at most {self.stage.max_tokens} tokens, found none of that size")
        return collate(sequences)

    def _verdict_batch(self, pool: list[Entry], files, packer: Packer, draw: random.Random) -> Batch:
        """Rows of a few hundred tokens: what steps see of each other's places costs the square."""
        sequences: list[Packed] = []
        for _ in range(max(1, self.config.optimizer.batch_tokens // VERDICT_TOKENS)):
            answers, left = [], VERDICT_TOKENS
            while left > 0:
                _, items, answer = self._write(draw.choice(pool), files)
                answers.append((items, answer))
                blocks = [block for block in answer if isinstance(block, WrittenBlock)]
                left -= 1 + sum(len(step.body) for block in blocks for step in block.steps)
            sequences.append(packer.pack_verdicts(answers, draw.randrange(self.stage.max_tokens)))
        return collate(sequences)

    def _stages(self, only_outlines: bool, draw: random.Random) -> Stages:
        if only_outlines:
            return Stages(full=False, branches=False, reuse=False)
        return Stages(full=draw.random() < self.stage.full)

    def _pack(self, entry: Entry, files, packer: Packer, stages: Stages, draw: random.Random) -> Packed:
        problem, items, answer = self._write(entry, files)
        more = {}
        if stages.branches and draw.random() < self.stage.facts:
            more["facts"] = write_facts(problem, self.tokenizer, items)
        if stages.branches and draw.random() < self.stage.namings:
            more["namings"] = write_namings(problem, self.tokenizer, items)
        if more:
            packed = packer.pack(items.tokens, answer, stages, items, **more)
            if len(packed) <= self.stage.max_tokens:
                return packed
        return packer.pack(items.tokens, answer, stages, items)

    def _write(self, entry: Entry, files) -> tuple[Problem, PromptItems, list[Item]]:
        files[entry.file].seek(entry.offset)
        problem = parse_problem(files[entry.file].readline().decode("utf-8"))
        items = find_items(problem, self.tokenizer)
        return problem, items, write_answer(problem, self.tokenizer, items)


def worker_seed(seed: int, step: int) -> int:
    """A resumed run draws other problems than the ones it has seen."""
    return int(np.random.SeedSequence([seed, step]).generate_state(1)[0])
