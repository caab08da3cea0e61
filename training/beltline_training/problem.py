"""Problems as `packages/tasks` writes them, one JSON object a line."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Step:
    """One branch of a block; its body may hold blocks of its own."""

    title: str
    body: "tuple[Section, ...]"


@dataclass(frozen=True)
class Text:
    text: str


@dataclass(frozen=True)
class Block:
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Fact:
    """The beginning of a step about something that its item tells."""

    title: str
    given: str
    """What stands between the title's colon and what is taken from the item."""
    body: str


Section = Text | Block


@dataclass(frozen=True)
class Problem:
    id: str
    family: str
    kind: str
    language: str
    difficulty: str
    prompt: str
    sections: tuple[Section, ...]
    gold: str
    gold_keys: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    """What the lines of the final answer begin with, before a colon."""
    facts: tuple[tuple[Fact, ...], ...] = ()
    """What items tell and nobody asks for: a list for each field, or for all documents."""


def parse_problem(line: str) -> Problem:
    """Reads one line; raises ValueError with the line's beginning if a field is missing or misshapen."""
    try:
        data = json.loads(line)
        return Problem(
            id=str(data["id"]),
            family=data["family"],
            kind=str(data.get("kind", "")),
            language=data.get("language", "en"),
            difficulty=str(data.get("difficulty", "")),
            prompt=data["prompt"],
            sections=_sections(data["sections"]),
            gold=str(data["gold"]),
            gold_keys=tuple(data["gold_keys"]),
            labels=tuple(data["labels"]),
            facts=tuple(tuple(Fact(**fact) for fact in group) for group in data.get("facts", ())),
        )
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise ValueError(f"expected a problem of packages/tasks ({error!r}), got {line[:120]!r}") from error


def read_problems(path: Path, limit: int | None = None) -> Iterator[Problem]:
    with path.open(encoding="utf-8") as lines:
        for index, line in enumerate(lines):
            if limit is not None and index >= limit:
                return
            yield parse_problem(line)


def _sections(data) -> tuple[Section, ...]:
    return tuple(_section(item) for item in data)


def _section(data) -> Section:
    match data["type"]:
        case "text":
            return Text(data["text"])
        case "block":
            return Block(tuple(Step(step["title"], _body(step["body"])) for step in data["steps"]))
        case other:
            raise ValueError(f"expected a section of type text or block, got {other!r}")


def _body(data) -> tuple[Section, ...]:
    return (Text(data),) if isinstance(data, str) else _sections(data)
