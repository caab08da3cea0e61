"""Exact scores of answers, after the rules of `packages/tasks`."""

from .problem import Block, Problem, Section
from .tokenizer import BLOCK_END, STEP, TITLE_END, step_marker


def is_right(problem: Problem, answer: str) -> bool:
    """Whether each label's line gives its gold key; for planning, whether each aspect has its own step."""
    if problem.family != "planning":
        return [final_line(answer, label) for label in problem.labels] == list(problem.gold_keys)
    if problem.kind == "direct":
        return STEP not in answer and all(key.lower() in answer.lower() for key in problem.gold_keys)
    return _covers_aspects(problem, answer)


def final_line(answer: str, label: str) -> str | None:
    """What stands behind a label's colon in its last line after the last block."""
    text = answer.rpartition(STEP + BLOCK_END)[2].replace("：", ":")
    lines = [line.strip() for line in text.split("\n")]
    found = [line for line in lines if line.startswith(label + TITLE_END)]
    return found[-1][len(label) + 1 :].strip() if found else None


def titles_of(problem: Problem) -> list[str]:
    """The titles of the first block, which are what an outline has to give."""
    blocks = [section for section in problem.sections if isinstance(section, Block)]
    return [step.title.strip() for step in blocks[0].steps] if blocks else []


def _covers_aspects(problem: Problem, answer: str) -> bool:
    """Each aspect once, with a body, and inside or after it exactly its steps, if the plan has such."""
    flat = answer.replace(step_marker(2), STEP)
    steps = [part for block in flat.split(STEP + BLOCK_END) for part in block.split(STEP)[1:]]
    titles = [step.partition(TITLE_END)[0].strip().lower() for step in steps]
    bodies = [step.partition(TITLE_END)[2].strip() for step in steps]
    aspects = [key.lower() for key in problem.gold_keys]
    details = sorted(title.lower() for title in _inner_titles(problem.sections))
    starts = [index for index, title in enumerate(titles) if title in aspects]
    if not starts:
        return False
    groups = [titles[start:end] for start, end in zip(starts, [*starts[1:], len(titles)], strict=True)]
    return (
        all(bodies)
        and starts[:1] == [0]
        and sorted(group[0] for group in groups) == sorted(aspects)
        and all(sorted(group[1:]) == details for group in groups)
    )


def _inner_titles(sections: tuple[Section, ...]) -> list[str]:
    """Titles of the steps inside of the first step."""
    blocks = [section for section in sections if isinstance(section, Block)]
    inner = [section for section in blocks[0].steps[0].body if isinstance(section, Block)] if blocks else []
    return [step.title.strip() for block in inner for step in block.steps]
