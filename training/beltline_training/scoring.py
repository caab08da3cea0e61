"""Exact scores of answers, after the rules of `packages/tasks`."""

from .problem import Block, Problem
from .tokenizer import BLOCK_END, STEP, TITLE_END


def is_right(problem: Problem, answer: str) -> bool:
    """Whether the last lines name the gold keys in order; for planning, whether each aspect has its own step."""
    if problem.family == "planning":
        return _covers_aspects(problem, answer)
    return final_keys(answer, len(problem.gold_keys)) == list(problem.gold_keys)


def final_keys(answer: str, count: int) -> list[str]:
    """What stands behind the colons of the last `count` lines after the last block."""
    text = answer.rpartition(STEP + BLOCK_END)[2]
    lines = [line.strip() for line in text.replace("：", ":").split("\n") if line.strip()]
    return [line.partition(TITLE_END)[2].strip() for line in lines[-count:]]


def titles_of(problem: Problem) -> list[str]:
    """The titles of the first block, which are what an outline has to give."""
    blocks = [section for section in problem.sections if isinstance(section, Block)]
    return [step.title.strip() for step in blocks[0].steps] if blocks else []


def _covers_aspects(problem: Problem, answer: str) -> bool:
    steps = [part for block in answer.split(STEP + BLOCK_END) for part in block.split(STEP)[1:]]
    titles = [step.partition(TITLE_END)[0].strip() for step in steps]
    bodies = [step.partition(TITLE_END)[2].strip() for step in steps]
    wanted = list(problem.gold_keys)
    return all(bodies) and all(titles.count(aspect) == 1 for aspect in wanted) and set(titles) >= set(wanted)
