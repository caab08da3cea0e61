"""`python -m beltline_training` with `train`, `average`, `restore`, `evaluate` or `expect`."""

import argparse
import json
import os
import sys
from dataclasses import replace
from itertools import chain
from pathlib import Path

from .config import Config, load_config

# glibc gives large blocks back to the system and fetches them anew each step; kept, training is several times faster
# on a CPU. Threads that wait should leave the processor to others.
ALLOCATOR = {
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": "100000000000",
    "MALLOC_TOP_PAD_": "500000000",
    "MALLOC_ARENA_MAX": "1",
    "OMP_WAIT_POLICY": "passive",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="beltline_training")
    commands = parser.add_subparsers(dest="command", required=True)
    train_parser = commands.add_parser("train", help="train, or go on training, as a config file says")
    train_parser.add_argument("config", type=Path)
    evaluate_parser = commands.add_parser("evaluate", help="score a model folder on JSONL files")
    evaluate_parser.add_argument("folder", type=Path)
    evaluate_parser.add_argument("problems", type=Path, nargs="+")
    evaluate_parser.add_argument("--per-family", type=int, default=300)
    evaluate_parser.add_argument("--max-items", type=int, default=1000)
    evaluate_parser.add_argument("--cache-tokens", type=int, default=40000)
    evaluate_parser.add_argument("--threads", type=int, default=0)
    expect_parser = commands.add_parser("expect", help="print the greedy tokens of a model folder in both modes")
    expect_parser.add_argument("folder", type=Path)
    expect_parser.add_argument("problems", type=Path)
    expect_parser.add_argument("--per-family", type=int, default=8)
    expect_parser.add_argument("--max-items", type=int, default=10)
    average_parser = commands.add_parser("average", help="write the mean of model folders that began from each other")
    average_parser.add_argument("folders", type=Path, nargs="+")
    average_parser.add_argument("--output", type=Path, required=True)
    restore_parser = commands.add_parser("restore", help="write the folder that an embedded model was made of")
    restore_parser.add_argument("folder", type=Path)
    restore_parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    if ALLOCATOR.items() - os.environ.items():
        os.environ.update(ALLOCATOR)
        os.execv(sys.executable, [sys.executable, "-m", "beltline_training", *sys.argv[1:]])
    if arguments.command == "train":
        train(load_config(arguments.config))
    elif arguments.command == "evaluate":
        score(arguments)
    elif arguments.command == "average":
        from .average import average_models

        average_models(arguments.folders, arguments.output)
    elif arguments.command == "restore":
        from .restore import restore_model

        restore_model(arguments.folder, arguments.output)
    else:
        expect(arguments)


def train(config: Config) -> None:
    import torch

    from .checkpoint import load_model
    from .data import index_files
    from .evaluate import choose_problems
    from .initialise import deepened
    from .trainer import Trainer

    torch.manual_seed(config.run.seed)
    if config.run.threads:
        torch.set_num_threads(config.run.threads)
    model, tokenizer = load_model(Path(config.run.start)) if config.run.start else new_model(config)
    model = deepened(model, config.run.deeper)
    if config.run.context:
        model.config = replace(model.config, context=config.run.context)
    index = index_files([Path(path) for path in config.data.training])
    settings = config.evaluation
    files = [Path(path) for path in config.data.held_out]
    held_out = choose_problems(files, settings.problems, max_items=settings.max_items)
    print(f"{model.parameter_count() / 1e6:.2f} M parameters, {len(index)} problems", flush=True)
    Trainer(config, model, tokenizer, index, held_out).run()


def new_model(config: Config):
    """A model with nothing but its first structure, and its tokenizer."""
    from .initialise import initialise_lookups
    from .model import Llama

    tokenizer = obtain_tokenizer(config)
    if tokenizer.size != config.model.vocabulary:
        raise ValueError(f"expected a vocabulary of {config.model.vocabulary}, the tokenizer has {tokenizer.size}")
    model = Llama(config.model)
    initialise_lookups(model, token_shares(config, tokenizer), config.run.seed)
    return model, tokenizer


def token_shares(config: Config, tokenizer):
    """How often each token stands in prompts, `[vocabulary]`, above zero."""
    import torch

    from .problem import read_problems

    counts = torch.full((tokenizer.size,), 0.5)
    for path in config.data.training:
        for problem in read_problems(Path(path), 2000):
            counts += torch.bincount(torch.tensor(tokenizer.encode(problem.prompt)), minlength=tokenizer.size)
    return counts / counts.sum()


def obtain_tokenizer(config: Config):
    """The given tokenizer, the one of an earlier start of this run, or a new one."""
    from .problem import read_problems
    from .tokenizer import MARKERS, Tokenizer, train_tokenizer
    from .written import answer_text

    folder = Path(config.data.tokenizer or Path(config.run.folder) / "tokenizer")
    if (folder / "tokenizer.json").exists():
        return Tokenizer.load(folder)

    def texts():
        limit = config.data.tokenizer_problems // len(config.data.training)
        files = (read_problems(Path(path), limit) for path in config.data.training)
        for problem in chain.from_iterable(files):
            text = problem.prompt + "\n" + answer_text(problem.sections)
            for marker in MARKERS:
                text = text.replace(marker, " ")
            yield text

    tokenizer = train_tokenizer(texts(), config.data.vocabulary)
    tokenizer.save(folder, config.model.context)
    return tokenizer


def score(arguments) -> None:
    """Prints one JSON line for each file."""
    import torch

    from .checkpoint import load_model
    from .evaluate import best_device, choose_problems, evaluate

    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    model, tokenizer = load_model(arguments.folder)
    model.to(best_device())
    for path in arguments.problems:
        problems = choose_problems([path], arguments.per_family, seed=1, max_items=arguments.max_items)
        summary, _ = evaluate(model, tokenizer, problems, arguments.cache_tokens)
        print(json.dumps({"file": path.name, **summary}, ensure_ascii=False), flush=True)


def expect(arguments) -> None:
    import torch

    from .checkpoint import load_model
    from .evaluate import choose_problems
    from .expect import expected_lines

    torch.set_num_threads(1)
    model, tokenizer = load_model(arguments.folder)
    problems = choose_problems([arguments.problems], arguments.per_family, max_items=arguments.max_items)
    for line in expected_lines(model, tokenizer, problems, capacity=4096):
        print(line)


if __name__ == "__main__":
    main()
