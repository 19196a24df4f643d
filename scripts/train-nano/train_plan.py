"""Trains the plan of `nano` further, alone: eyes and words stay as `train.py` left them, so that thousands of steps cost
what a hundred of its steps do.

usage: python train_plan.py DATA_FOLDER TRAINED_FOLDER
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import torch

from measure import measure
from nano import INPUTS, Nano
from train import RECIPE, Training, load, save
from vocabulary import PAD, Vocabulary
from windows import Windows

TELL_EVERY = 250


def main() -> None:
    data, trained = (Path(name) for name in sys.argv[1:3])
    recipe = RECIPE["training"]["planAlone"]
    torch.set_num_threads(1)
    torch.manual_seed(recipe["seed"])
    nano, vocabulary = load(trained)
    seen, held_out = Windows(data, RECIPE, ["train"]), Windows(data, RECIPE, ["val"])
    features = look(nano, vocabulary, seen, recipe)
    some = list(range(0, len(held_out), max(1, len(held_out) // RECIPE["training"]["measured"])))
    print(json.dumps(measure(nano, vocabulary, held_out, some).brief()), flush=True)
    curve = refine(nano, features, recipe)
    nano.eval()
    curve[-1]["held out"] = measure(nano, vocabulary, held_out, some).brief()
    print(json.dumps(curve[-1]), flush=True)
    save(nano, vocabulary, trained, json.loads((trained / "curve.json").read_text()))
    (trained / "plan-curve.json").write_text(json.dumps(curve, indent=1) + "\n")


@torch.no_grad()
def look(nano: Nano, vocabulary: Vocabulary, windows: Windows, recipe: dict) -> dict[str, torch.Tensor]:
    """summary, tokens, v0 and actions of every so-manieth window, each seen once in another light."""
    light = Training(nano, vocabulary, windows, windows, recipe, TELL_EVERY)
    items = np.arange(0, len(windows), recipe["everyWindow"])
    found: dict[str, list] = {"summary": [], "v0": [], "actions": []}
    for some in np.array_split(items, -(-len(items) // 128)):
        rows = windows.batch(some)
        pictures = light.augmented(rows["frames"])
        _, summary = nano.encoder(pictures, *(rows[name] for name in INPUTS[1:]))
        for name, value in (("summary", summary), ("v0", rows["v0"]), ("actions", rows["actions"])):
            found[name].append(value)
    return {**{name: torch.cat(values) for name, values in found.items()}, "tokens": light.tokens[items]}


def refine(nano: Nano, features: dict[str, torch.Tensor], recipe: dict) -> list[dict]:
    planner, steps, rate = nano.planner, recipe["steps"], recipe["learningRate"]
    optimiser = torch.optim.AdamW(planner.parameters(), rate, weight_decay=RECIPE["training"]["weightDecay"])
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps + 1, pct_start=0.05)
    start, losses, curve = time.time(), [], []
    for step in range(1, steps + 1):
        rows = torch.randint(len(features["v0"]), (recipe["batch"],))
        tokens = features["tokens"][rows]
        unheard = torch.rand(len(rows), 1) < RECIPE["training"]["unheard"]
        summary, v0 = features["summary"][rows], features["v0"][rows]
        condition = planner.conditions(summary, torch.where(unheard, PAD, tokens), v0)
        loss = planner.loss(condition, features["actions"][rows], recipe["draws"])
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(planner.parameters(), 2.0)
        optimiser.step()
        schedule.step()
        losses.append(loss.item())
        if step % TELL_EVERY == 0 or step == steps:
            plan = round(float(np.mean(losses[-TELL_EVERY:])), 4)
            curve.append({"step": step, "plan": plan, "seconds": round(time.time() - start)})
            print(json.dumps(curve[-1]), flush=True)
    return curve


if __name__ == "__main__":
    main()
