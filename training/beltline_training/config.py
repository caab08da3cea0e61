"""A run's settings, read from a TOML file; every field of the dataclasses is a key of its table."""

import dataclasses
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from .model import ModelConfig


@dataclass(frozen=True)
class RunSettings:
    folder: str = "runs/default"
    """Where checkpoints, logs and the best model go; relative to the working directory."""
    start: str = ""
    """A model folder to go on from, its tokenizer included; without one, training begins from nothing."""
    deeper: int = 0
    """So many last layers are added to the model that `start` names; they change nothing at first."""
    context: int = 0
    """How many positions the model of `start` shall have; 0 leaves them. A graph holds a table of them."""
    seed: int = 1
    device: str = "auto"
    """`auto` takes CUDA where there is one."""
    threads: int = 0
    """Threads of the CPU; 0 leaves it to PyTorch."""
    workers: int = 0
    """Processes that prepare batches; 0 prepares them in between."""
    minutes: float = 30.0
    """Training time over all resumptions, evaluation not counted."""
    compile: bool = False
    """Whether all but attention is compiled: about a minute at every start, then fewer passes over memory."""


@dataclass(frozen=True)
class DataSettings:
    training: tuple[str, ...] = ()
    """JSONL files that `packages/tasks` wrote."""
    held_out: tuple[str, ...] = ()
    """JSONL files with other names and wordings: checkpoints are chosen by them."""
    tokenizer: str = ""
    """A folder with a `tokenizer.json` to use; without one, it is trained."""
    tokenizer_problems: int = 12000
    """How many problems a new tokenizer learns from."""
    vocabulary: int = 2048


@dataclass(frozen=True)
class OptimizerSettings:
    matrices: float = 2e-3
    """Learning rate of Muon for all matrices but the embedding, on AdamW's scale."""
    others: float = 1e-3
    """Learning rate of AdamW for the rest."""
    weight_decay: float = 0.05
    warmup: int = 60
    """Steps."""
    constant: float = 0.5
    """So much of the time passes before the cosine decay begins."""
    final: float = 0.02
    """The last learning rate as a share of the first."""
    batch_tokens: int = 3000
    """Tokens of one forward pass, padding included."""
    batches: int = 4
    """Forward passes per step."""
    title_weight: float = 1.5
    next_weight: float = 5.0
    """What follows `####`: few tokens, and one that is wrong spoils the outline."""
    first_weight: float = 15.0
    """The first token of a block's first title: one for all its steps."""
    value_weight: float = 3.0
    parting_weight: float = 8.0
    """Where another name has the same token and goes on in another way: a wrong one there is another name."""
    named_weight: float = 24.0
    """A conclusion's one name, where it begins or could go on as another: few tokens, and each one the answer."""
    text_weight: float = 1.0
    """What stands between and after blocks."""
    opening_weight: float = 1.0
    """What stands before the first one: a few tokens, of which one decides how the question is taken."""
    answer_weight: float = 2.0
    decision_weight: float = 4.0
    """Verdicts: one wrong among ten spoils the answer."""
    rare_weight: float = 4.0
    """Verdicts that few steps have: what a model of many others would rather not say."""
    guide_weight: float = 0.3
    """What the attention of guided heads counts beside the next token; 0 guides nothing."""


@dataclass(frozen=True)
class StageSettings:
    """A stretch of the run and what is trained in it."""

    until: float = 1.0
    """It ends at this share of the time at the latest."""
    promote: float = 1.1
    """It ends as soon as this share of the held-out problems is right in parallel."""
    families: dict[str, float] = field(default_factory=lambda: {"retrieval": 3.0, "documents": 1.0, "planning": 1.0})
    """How often each family is drawn, relative to the others."""
    max_items: int = 1000
    max_difficulty: int = 3
    max_tokens: int = 6000
    """Longer sequences are left out."""
    languages: tuple[str, ...] = ("en", "zh")
    full: float = 1.0
    """Share of sequences that hold the full answer as well."""
    outlines: float = 0.2
    """Share of batches that hold nothing but outlines: short sequences, and outlines are the hardest to learn."""
    verdicts: float = 0.0
    """Share of batches that hold nothing but steps without their prompts, for the verdicts in them."""
    facts: float = 0.0
    """Share of sequences that hold steps about what the items tell besides what is asked: more to look up."""
    namings: float = 0.0
    """Share of sequences in which each step is followed by a conclusion of its own that names its item."""
    substituted: float = 0.0
    """Share of lists and documents in which names are made of other tokens, so that all of letters are copied."""


@dataclass(frozen=True)
class EvaluationSettings:
    minutes: float = 5.0
    """Training time between evaluations."""
    problems: int = 24
    """Problems per family in an evaluation on the way."""
    max_items: int = 1000
    cache_tokens: int = 40000
    """Most cache slots of one batch."""


@dataclass(frozen=True)
class Config:
    run: RunSettings
    model: ModelConfig
    data: DataSettings
    optimizer: OptimizerSettings
    evaluation: EvaluationSettings
    stages: tuple[StageSettings, ...]


def load_config(path: Path) -> Config:
    """Reads a TOML file; raises ValueError for a key that no setting has."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    stages = tuple(_table(StageSettings, stage) for stage in data.pop("stages", [{}]))
    tables = {
        "run": RunSettings,
        "model": ModelConfig,
        "data": DataSettings,
        "optimizer": OptimizerSettings,
        "evaluation": EvaluationSettings,
    }
    unknown = set(data) - set(tables)
    if unknown:
        raise ValueError(f"expected the tables {sorted(tables)} and stages, got {sorted(unknown)} in {path}")
    parts = {name: _table(kind, data.get(name, {})) for name, kind in tables.items()}
    return Config(**parts, stages=stages)


def _table(kind, values: dict):
    known = {entry.name for entry in dataclasses.fields(kind)}
    unknown = set(values) - known
    if unknown:
        raise ValueError(f"expected only {sorted(known)} in a table of {kind.__name__}, got {sorted(unknown)}")
    return kind(**{key: tuple(value) if isinstance(value, list) else value for key, value in values.items()})
