"""The training loop: stages, schedule, evaluation, checkpoints."""

import math
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader

from .batch import Batch
from .checkpoint import load_state, save_model, save_state
from .config import Config
from .data import BatchStream, Entry, worker_seed
from .evaluate import best_device, evaluate
from .guide_loss import guide_losses, guided_layers
from .model import Llama
from .peers import Peers
from .problem import Problem
from .progress import Progress
from .tokenizer import Tokenizer
from .written import TokenClass


class Trainer:
    """Trains until the time is over; whatever stops it, the next one goes on from the last checkpoint."""

    def __init__(self, config: Config, model: Llama, tokenizer: Tokenizer, index: list[Entry], held_out: list[Problem]):
        self.config = config
        self.peers = Peers()
        self.folder = Path(config.run.folder)
        self.device = best_device(config.run.device)
        self.model = model.to(self.device)
        self.tokenizer = tokenizer
        self.index = index
        self.held_out = held_out
        self.optimizers = make_optimizers(config, model)
        self.weights = class_weights(config).to(self.device)
        self.progress = Progress(self.folder)
        self.step = 0
        self.stage = 0
        self.seconds = 0.0
        """Training time so far, over all resumptions."""
        self.evaluated = 0.0
        """Training time at the last evaluation."""
        self.best = -1.0
        self.guided = guided_layers(model.config) if config.optimizer.guide_weight else set()
        for layer in self.guided:
            model.model.layers[layer].self_attn.keep_seen = True
        if config.run.compile:
            for layer in model.model.layers:
                layer.before, layer.after = (torch.compile(part, dynamic=True) for part in (layer.before, layer.after))

    @property
    def share(self) -> float:
        """How much of the time has passed."""
        return self.seconds / (self.config.run.minutes * 60)

    def run(self) -> None:
        self._resume()
        # The same model, but draws of their own.
        torch.manual_seed(worker_seed(self.config.run.seed + self.peers.rank, self.step))
        try:
            while self.share < 1:
                self._run_stage()
        except KeyboardInterrupt:
            self._save()
            raise
        self._evaluate()

    def _run_stage(self) -> None:
        stage = self.config.stages[self.stage]
        stream = BatchStream(
            self.config,
            stage,
            self.index,
            self.tokenizer,
            worker_seed(self.config.run.seed + 1000 * self.peers.rank, self.step),
        )
        on_gpu = self.device.type == "cuda"
        workers = self.config.run.workers
        loader = DataLoader(
            stream, batch_size=None, num_workers=workers, pin_memory=on_gpu, prefetch_factor=4 if workers else None
        )
        print(f"stage {self.stage}: {stage}", flush=True)
        batches = iter(loader)
        reported = time.monotonic()
        while self.share < 1 and self.stage == self._stage_now():
            started = time.monotonic()
            self._step(batches)
            # A process that was paused has not trained all that time.
            spent = min(time.monotonic() - started, LONGEST_STEP)
            [self.seconds] = self.peers.agree(self.seconds + spent)
            if self.peers.leads and time.monotonic() - reported > 20:
                self.progress.report(
                    minutes=round(self.seconds / 60, 2), step=self.step, stage=self.stage, rate=round(self._rate(), 4)
                )
                reported = time.monotonic()
            if self.seconds - self.evaluated > self.config.evaluation.minutes * 60:
                self._evaluate()
        self.stage = self._stage_now()

    def _stage_now(self) -> int:
        """The stage by time; promotion may have gone further."""
        stages = self.config.stages
        by_time = next((i for i, stage in enumerate(stages) if self.share < stage.until), len(stages) - 1)
        return max(self.stage, by_time)

    def _step(self, batches) -> None:
        rate = self._rate()
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = group["base"] * rate
        count = self.config.optimizer.batches
        for _ in range(count):
            family, batch = next(batches)
            loss = self._loss(family, batch.to(self.device))
            (loss / count).backward()
        self.peers.average_gradients(self.model.parameters())
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        self.step += 1

    def _loss(self, family: str, batch: Batch) -> torch.Tensor:
        """Weighted cross-entropy over the predicted tokens; logits are computed for those alone."""
        with torch.autocast(self.device.type, torch.bfloat16):
            hidden = self.model.hidden(batch.tokens, batch.positions, batch.tree_mask()).flatten(0, 1)
            chosen = (batch.classes.flatten() >= 0).nonzero()[:, 0]
            # A round number of rows: kernels are cached by shape.
            padded = F.pad(chosen, (0, -len(chosen) % 128))
            logits = self.model.logits(hidden[padded])[: len(chosen)].float()
        targets, classes = batch.targets.flatten()[chosen], batch.classes.flatten()[chosen]
        losses = F.cross_entropy(logits, targets, reduction="none")
        weights = self.weights[classes]
        loss = (losses * weights).sum() / weights.sum()
        self.progress.add(family, loss, logits.argmax(-1) == targets, classes, batch.tokens.numel())
        if not self.guided:
            return loss
        seen = {layer: self.model.model.layers[layer].self_attn.seen for layer in self.guided}
        guides = guide_losses(self.model, batch, seen)
        self.progress.add_guides(family, guides)
        return loss + self.config.optimizer.guide_weight * sum(guides.values())

    def _rate(self) -> float:
        """Warm-up, constant, then a cosine down to the last rate; a share of the base rate."""
        settings = self.config.optimizer
        warm = min(1.0, (self.step + 1) / settings.warmup)
        if self.share < settings.constant:
            return warm
        passed = min(1.0, (self.share - settings.constant) / (1 - settings.constant))
        return warm * (settings.final + (1 - settings.final) * 0.5 * (1 + math.cos(math.pi * passed)))

    def _evaluate(self) -> None:
        """Saves, evaluates and may promote to the next stage; all other processes wait for the leader."""
        self.evaluated = self.seconds
        if self.peers.leads:
            self._save()
            if self.held_out:
                self._score()
            self._save()
        [stage] = self.peers.agree(self.stage)
        self.stage = int(stage)

    def _score(self) -> None:
        """Decodes held-out problems and keeps the model if it is the best one."""
        started = time.monotonic()
        stage = self.config.stages[self.stage]
        capacity = self.config.evaluation.cache_tokens
        # Answers with a broken outline count as wrong here: to decode them sequentially would double the time.
        summary, _ = evaluate(self.model, self.tokenizer, self.held_out, capacity, sequential=False)
        parallel = [min(group["recompute"], group["reuse"]) for group in summary.values()]
        score = sum(parallel) / len(parallel)
        best = score >= self.best
        record = {"minutes": round(self.seconds / 60, 2), "step": self.step, "evaluation": summary, "score": score}
        self.progress.write({**record, "best": best})
        print(
            f"evaluation, {time.monotonic() - started:.0f} s, score {score:.3f}{' (best)' if best else ''}", flush=True
        )
        for name, group in summary.items():
            print(f"  {name}: {group}", flush=True)
        if best:
            self.best = score
            save_model(self.model, self.tokenizer, self.folder / "best")
        if score >= stage.promote and self.stage + 1 < len(self.config.stages):
            self.stage += 1

    def _save(self) -> None:
        if not self.peers.leads:
            return
        save_model(self.model, self.tokenizer, self.folder / "last")
        state = {
            "model": self.model.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "counters": {name: getattr(self, name) for name in COUNTERS},
            "accuracy": self.progress.accuracy,
        }
        save_state(self.folder / "state.pt", state)

    def _resume(self) -> None:
        path = self.folder / "state.pt"
        if not path.exists():
            return
        state = load_state(path, self.device)
        self.model.load_state_dict(state["model"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            bases = [group["base"] for group in optimizer.param_groups]
            optimizer.load_state_dict(saved)
            for group, base in zip(optimizer.param_groups, bases, strict=True):
                group["base"] = base
        for name, value in state["counters"].items():
            setattr(self, name, value)
        self.progress.accuracy = state["accuracy"]
        print(f"resumed at step {self.step}, {self.seconds / 60:.1f} of {self.config.run.minutes} minutes", flush=True)


LONGEST_STEP = 60.0
"""Seconds of one step that count as training."""
COUNTERS = ("step", "stage", "seconds", "evaluated", "best")


def make_optimizers(config: Config, model: Llama) -> list[torch.optim.Optimizer]:
    """Muon for the matrices, AdamW for the embedding and the norms."""
    settings = config.optimizer
    named = list(model.named_parameters())
    matrices = [p for name, p in named if p.dim() == 2 and "embed" not in name]
    others = [p for name, p in named if p.dim() != 2 or "embed" in name]
    decay = settings.weight_decay
    optimizers: list[torch.optim.Optimizer] = [
        torch.optim.Muon(matrices, lr=settings.matrices, weight_decay=decay, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(others, lr=settings.others, betas=(0.9, 0.95), weight_decay=0.0),
    ]
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["base"] = group["lr"]
    return optimizers


def class_weights(config: Config) -> torch.Tensor:
    """Loss weights `[token class]`."""
    settings = config.optimizer
    weights = torch.ones(len(TokenClass))
    weights[TokenClass.TITLE] = settings.title_weight
    weights[TokenClass.NEXT] = settings.next_weight
    weights[TokenClass.FIRST] = settings.first_weight
    weights[TokenClass.PARTING] = settings.parting_weight
    weights[TokenClass.NAMED] = settings.named_weight
    weights[TokenClass.TEXT] = settings.text_weight
    weights[TokenClass.OPENING] = settings.opening_weight
    weights[TokenClass.VALUE] = weights[TokenClass.LOOKUP] = settings.value_weight
    weights[TokenClass.ANSWER] = settings.answer_weight
    weights[TokenClass.DECISION] = settings.decision_weight
    weights[TokenClass.RARE] = settings.rare_weight
    return weights
