"""What the decoder's tests know of packing: run this file to write it anew."""

import json
from pathlib import Path

from test_packing import DIRECT, NESTED, ONE, TWO, small_tokenizer

from beltline_training.pack import Packer
from beltline_training.problem import Problem
from beltline_training.tokenizer import Tokenizer
from beltline_training.written import answer_text, write_answer

FOLDER = Path(__file__).parents[2] / "fixtures" / "packed"


def packed_cases(tokenizer: Tokenizer) -> list[dict]:
    return [packed_case(problem, tokenizer) for problem in (ONE, TWO, NESTED, DIRECT)]


def packed_case(problem: Problem, tokenizer: Tokenizer) -> dict:
    """One packed sequence as lists, `[token]` but for `visible`: the strands that each strand sees."""
    prompt = tokenizer.encode_prompt(problem.prompt)
    packed = Packer(tokenizer).pack(prompt, write_answer(problem, tokenizer))
    return {
        "prompt": prompt,
        "text": answer_text(problem.sections),
        "tokens": packed.tokens.tolist(),
        "positions": packed.positions.tolist(),
        "strands": packed.strands.tolist(),
        "visible": [row.nonzero()[0].tolist() for row in packed.visible],
        "targets": packed.targets.tolist(),
        "predicted": (packed.classes >= 0).astype(int).tolist(),
    }


if __name__ == "__main__":
    small = small_tokenizer()
    small.save(FOLDER, 1024)
    lines = [json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in packed_cases(small)]
    (FOLDER / "cases.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
