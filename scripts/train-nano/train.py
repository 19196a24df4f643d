"""Trains `nano` on the train split, stage by stage of the recipe, and writes its weights and words. A stage that has left
its weights is not run again, so that what was stopped goes on from the stage before.

usage: python train.py DATA_FOLDER OUT_FOLDER [--steps N] [--drives N]
"""

import argparse
import json
import queue
import threading
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from measure import CLEAR, measure
from nano import INPUTS, Nano
from plan import ACCEL_WAVES, STEP_S, cosines
from vocabulary import PAD, Vocabulary
from windows import Windows

HERE = Path(__file__).parent
RECIPE = json.loads((HERE / "recipe.json").read_text())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, help="only one stage of so many: for tests")
    parser.add_argument("--drives", type=int, help="use so many of each side only: for tests")
    parser.add_argument("--tell-every", type=int, default=RECIPE["training"]["tellEvery"])
    options = parser.parse_args()
    # The network is small: more threads cost more waiting than they save.
    torch.set_num_threads(1)
    stages = RECIPE["training"]["stages"]
    if options.steps:
        stages = [{**stages[0], "steps": options.steps, "cycle": options.steps}]
    torch.manual_seed(stages[0]["seed"])
    seen = Windows(options.data, RECIPE, ["train"], options.drives, "trained")
    held_out = Windows(options.data, RECIPE, ["val", "test"], options.drives)
    print(f"{len(seen.drives)} drives to train on ({len(seen)} windows), {len(held_out.drives)} held out", flush=True)
    vocabulary = Vocabulary([seen.sentence(item) for item in range(len(seen))])
    facts = seen.batch([0])["facts"].shape[1]
    model = Nano(RECIPE, vocabulary, facts)
    print(f"{len(vocabulary)} words, {sum(p.numel() for p in model.parameters())} weights")
    options.out.mkdir(parents=True, exist_ok=True)
    curve: list[dict] = []
    for number, stage in enumerate(stages):
        weights, told = options.out / f"stage-{number}.pt", options.out / f"stage-{number}.json"
        if weights.exists():
            model.load_state_dict(torch.load(weights, weights_only=True))
        else:
            training = Training(model, vocabulary, seen, held_out, stage, options.tell_every)
            if number == 0:
                standardise(model.planner, seen)
            else:
                torch.manual_seed(stage["seed"])
            training.run(lambda found: save(model, vocabulary, options.out, curve + found))
            torch.save(model.state_dict(), weights)
            told.write_text(json.dumps(training.curve) + "\n")
        curve += json.loads(told.read_text())
    save(model, vocabulary, options.out, curve)


def save(model: Nano, vocabulary: Vocabulary, out: Path, curve: list[dict]) -> None:
    state = {"weights": model.state_dict(), "words": vocabulary.words, "max_tokens": model.max_tokens}
    torch.save(state, out / "nano.pt")
    (out / "curve.json").write_text(json.dumps(curve, indent=1) + "\n")


class Training:
    """One stage: `steps` of a schedule of `cycle` steps, from whatever weights the model has."""

    def __init__(self, model: Nano, vocabulary: Vocabulary, seen: Windows, held_out: Windows, stage: dict, tell: int) -> None:
        self.model, self.vocabulary, self.seen, self.held_out = model, vocabulary, seen, held_out
        self.stage, self.tell = stage, tell
        self.recipe = RECIPE["training"]
        self.random = np.random.default_rng(stage["seed"])
        sentences = [seen.sentence(item) for item in range(len(seen))]
        self.tokens = torch.from_numpy(vocabulary.encode(sentences))
        self.clear = np.array([sentence.endswith(CLEAR) for sentence in sentences])
        self.curve: list[dict] = []

    def run(self, save) -> None:
        """`save` is given the curve so far, from time to time."""
        stage, steps = self.stage, self.stage["steps"]
        rate = stage["learningRate"]
        optimiser = torch.optim.AdamW(self.model.parameters(), rate, weight_decay=self.recipe["weightDecay"])
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimiser, rate, total_steps=stage["cycle"] + 1, pct_start=stage["warmUp"]
        )
        start, losses = time.time(), []
        self.model.train()
        for step, batch in enumerate(ahead(self.batches()), 1):
            loss, parts = self.loss(*batch)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 2.0)
            optimiser.step()
            schedule.step()
            losses.append(parts)
            if step % self.tell == 0 or step == steps:
                trace, plan, facts = (round(float(x), 4) for x in np.mean(losses[-self.tell :], 0))
                self.curve.append({"step": step, "trace": trace, "plan": plan, "facts": facts, "seconds": round(time.time() - start)})
                print(json.dumps(self.curve[-1]), flush=True)
            if step % self.recipe["saveEvery"] == 0 or step == steps:
                self.measure()
                save(self.curve)

    def batches(self):
        """(rows, pictures, tokens) of every step."""
        size, step = self.recipe["batch"], 0
        while True:
            order = self.order()
            for i in range(0, len(order) - size + 1, size):
                items = order[i : i + size]
                rows = self.seen.batch(items)
                yield rows, self.augmented(rows["frames"]), self.tokens[items]
                step += 1
                if step == self.stage["steps"]:
                    return

    def order(self) -> np.ndarray:
        """Windows of one epoch, shuffled: all in which something happens, and a share of the others."""
        kept = ~self.clear | (self.random.random(len(self.clear)) < self.recipe["clearShare"])
        return self.random.permutation(np.flatnonzero(kept))

    def loss(self, rows, pictures, tokens) -> tuple[torch.Tensor, list[float]]:
        model, recipe = self.model, self.recipe
        places, summary = model.encoder(pictures, *(rows[name] for name in INPUTS[1:]))
        longest = int((tokens != PAD).sum(1).max())
        logits = model.decoder(places, summary, tokens[:, :longest])
        trace = functional.cross_entropy(logits.flatten(0, 1), tokens[:, :longest].flatten(), ignore_index=PAD)
        unheard = torch.rand(len(tokens), 1) < recipe["unheard"]
        condition = model.planner.conditions(summary, torch.where(unheard, PAD, tokens), rows["v0"])
        plan = model.planner.loss(condition, rows["actions"], self.stage["draws"])
        facts = model.facts.loss(summary, rows["facts"])
        return recipe["traceWeight"] * trace + plan + facts, [trace.item(), plan.item(), facts.item()]

    def augmented(self, frames) -> torch.Tensor:
        """Other light and a little noise, never what moves the vehicle: f32 [B, 6, H, W] from u8 [B, N, 3, H, W]."""
        count, pictures = frames.shape[:2]
        gain = self.random.uniform(0.75, 1.25, (count, 1, 1, 1)) * self.random.uniform(0.92, 1.08, (count, 3, 1, 1))
        lift = self.random.uniform(-16, 16, (count, 1, 1, 1))
        if not hasattr(self, "noise"):
            self.noise = torch.randn(len(self.seen.recipe["frameOffsetsS"]) * 3, *frames.shape[3:]) * 3
        tile = lambda x: torch.from_numpy(np.tile(x, (1, pictures, 1, 1)).astype(np.float32))
        x = frames.flatten(1, 2).to(torch.float32).mul_(tile(gain)).add_(torch.from_numpy(lift.astype(np.float32)))
        places = self.random.integers(0, frames.shape[4], 2)
        return x.add_(torch.roll(self.noise, tuple(int(p) for p in places), (1, 2))).clamp_(0, 255)

    def measure(self) -> None:
        """How the model does on some of the windows that are held out."""
        self.model.eval()
        every = range(0, len(self.held_out), max(1, len(self.held_out) // self.recipe["measured"]))
        self.curve[-1]["held out"] = measure(self.model, self.vocabulary, self.held_out, list(every)).brief()
        print(json.dumps(self.curve[-1]), flush=True)
        self.model.train()


def ahead(items):
    """The items, each made by a thread while the one before it is used."""
    made: queue.Queue = queue.Queue(maxsize=2)

    def make() -> None:
        for item in items:
            made.put(item)
        made.put(None)

    threading.Thread(target=make, daemon=True).start()
    while (item := made.get()) is not None:
        yield item


def standardise(planner, windows: Windows) -> None:
    """Mean and deviation of the amplitudes, and what each is worth in the loss: how far its deviation moves the
    vehicle, because an amplitude that moves nobody is noise to be learnt."""
    actions = torch.from_numpy(np.stack([windows.actions(item) for item in range(0, len(windows), 7)]))
    amplitudes = planner.waves.amplitudes(actions)
    planner.waves.mean.copy_(amplitudes.mean(0))
    planner.waves.std.copy_(amplitudes.std(0).clamp(min=1e-4))
    waves = [cosines(ACCEL_WAVES), cosines(len(planner.waves.std) - ACCEL_WAVES) * TYPICAL_MPS**2]
    moved = torch.cat([wave.cumsum(1).cumsum(1).square().mean(1).sqrt() for wave in waves]) * STEP_S**2
    worth = moved * planner.waves.std
    planner.weight.copy_((worth / worth.mean()).clamp(min=0.1))


TYPICAL_MPS = 10.0


def load(trained: Path) -> tuple[Nano, Vocabulary]:
    """The model that `train.py` left, ready to answer."""
    state = torch.load(trained / "nano.pt", weights_only=True)
    vocabulary = Vocabulary.of_words(state["words"], state["max_tokens"])
    facts = state["weights"]["facts.tell.weight"].shape[0] // 2
    model = Nano(RECIPE, vocabulary, facts)
    model.load_state_dict(state["weights"])
    return model.eval(), vocabulary


if __name__ == "__main__":
    main()
