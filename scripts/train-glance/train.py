"""Trains the path of `glance` on the train split, measures it on the others, and writes its graph and a table of results.

usage: python train.py DATA_FOLDER OUT_FOLDER [--epochs N]
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch

from model import STEPS, Glance, integrate
from windows import Windows

HERE = Path(__file__).parent
RECIPE = json.loads((HERE / "recipe.json").read_text())
INPUTS = ["frames", "history_x", "history_y", "history_yaw", "v0"]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, default=RECIPE["training"]["epochs"])
    options = parser.parse_args()
    training = RECIPE["training"]
    # The network is small: more threads cost more waiting than they save.
    torch.set_num_threads(1)
    torch.manual_seed(training["seed"])
    seen = Windows(options.data, RECIPE, ["train"])
    held_out = Windows(options.data, RECIPE, ["val", "test"])
    print(f"{len(seen.drives)} drives to train on ({len(seen)} windows), {len(held_out.drives)} held out")
    model = Glance()
    print(f"{sum(p.numel() for p in model.parameters())} weights")
    train(model, seen, held_out, options.epochs, training)
    options.out.mkdir(parents=True, exist_ok=True)
    results = evaluate(model, held_out)
    (options.out / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    print(json.dumps(results, indent=1))
    export(model, held_out, options.out / "path.onnx")
    write_golden_window(held_out, options.out)


def train(model, seen, held_out, epochs: int, training: dict) -> None:
    batch = training["batch"]
    steps = epochs * (len(seen) // batch)
    optimiser = torch.optim.AdamW(model.parameters(), training["learningRate"], weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, training["learningRate"], total_steps=steps + 1)
    random = np.random.default_rng(training["seed"])
    augment = Augmentation(seen.batch(range(batch))["frames"].shape, random)
    start = time.time()
    for epoch in range(epochs):
        model.train()
        order = random.permutation(len(seen))
        losses = []
        for i in range(0, len(order) - batch + 1, batch):
            rows = augment(seen.batch(order[i : i + batch]))
            loss = error(model, rows).mean()
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
        told = f"epoch {epoch + 1}: loss {np.mean(losses):.3f}, {time.time() - start:.0f} s"
        if epoch % 4 == 3:
            with torch.no_grad():
                told += f", held-out ADE {np.mean(ades(model.eval(), held_out)['glance']):.3f} m"
        print(told, flush=True)


def error(model, rows) -> torch.Tensor:
    """Mean distance over the horizon, and a little for actions that are rougher than a driver's."""
    accel, curvature = model(*(rows[name] for name in INPUTS))
    path, _ = integrate(accel, curvature, rows["v0"])
    distance = torch.sqrt(((path - rows["future"]) ** 2).sum(-1) + 1e-4).mean(1)
    rough = (accel[:, 1:] - accel[:, :-1]).abs().mean(1) + 30 * (curvature[:, 1:] - curvature[:, :-1]).abs().mean(1)
    return distance + 0.3 * rough


class Augmentation:
    """Other light, and a little noise: never what moves the vehicle. The noise is drawn once and shifted."""

    def __init__(self, shape, random) -> None:
        self.random = random
        self.noise = torch.randn(shape) * 3

    def __call__(self, rows) -> dict:
        count = len(rows["v0"])
        gain = self.random.uniform(0.75, 1.25, (count, 1, 1, 1, 1)) * self.random.uniform(0.92, 1.08, (count, 1, 3, 1, 1))
        lift = self.random.uniform(-16, 16, (count, 1, 1, 1, 1))
        noise = torch.roll(self.noise, int(self.random.integers(self.noise.numel())))
        frames = noise.addcmul_(rows["frames"], torch.from_numpy(gain.astype(np.float32)))
        frames += torch.from_numpy(lift.astype(np.float32))
        return {**rows, "frames": frames.clamp_(0, 255).to(torch.uint8)}


def ades(model, windows, cover: bool = False) -> dict[str, list[float]]:
    """Mean distance over 6.4 s per window: glance, constant velocity and constant turn rate."""
    found = {"glance": [], "constant velocity": [], "constant turn rate": []}
    for i in range(0, len(windows), 256):
        rows = windows.batch(range(i, min(i + 256, len(windows))))
        if cover:
            rows["frames"] = torch.full_like(rows["frames"], 128)
        zero = torch.zeros(len(rows["v0"]), STEPS)
        # Yaw rate over the last 0.5 s of history, as kinematic:constant-turn-rate.
        rate = (rows["history_yaw"][:, -1] - rows["history_yaw"][:, -6]) / 0.5
        turning = (rate / rows["v0"].clamp(min=0.1))[:, None].expand(-1, STEPS)
        actions = {
            "glance": model(*(rows[name] for name in INPUTS)),
            "constant velocity": (zero, zero),
            "constant turn rate": (zero, turning),
        }
        for name, (accel, curvature) in actions.items():
            path, _ = integrate(accel, curvature, rows["v0"])
            found[name] += (path - rows["future"]).norm(dim=-1).mean(1).tolist()
    return found


@torch.no_grad()
def evaluate(model, windows) -> dict:
    model.eval()
    errors = ades(model, windows)
    errors["glance, camera covered"] = ades(model, windows, cover=True)["glance"]
    scenarios = [windows.scenario(i) for i in range(len(windows))]
    table = {"all": {name: round(float(np.mean(values)), 3) for name, values in errors.items()}}
    for scenario in sorted(set(scenarios)):
        chosen = [i for i, one in enumerate(scenarios) if one == scenario]
        table[scenario] = {name: round(float(np.mean([v[i] for i in chosen])), 3) for name, v in errors.items()}
    return {
        "metric": "mean ADE over 6.4 s, m",
        "drives": len(windows.drives),
        "windows": len(windows),
        "glance better than constant velocity, paired 95 % interval, m": interval(windows, errors),
        "table": table,
    }


def interval(windows, errors) -> list[float]:
    """Bootstrap over drives of the mean difference constant velocity - glance."""
    random = np.random.default_rng(0)
    difference = np.array(errors["constant velocity"]) - np.array(errors["glance"])
    owner = np.array([drive for drive, _ in windows.items])
    sums = np.bincount(owner, difference)
    counts = np.bincount(owner)
    draws = random.integers(0, len(sums), (2000, len(sums)))
    means = sums[draws].sum(1) / counts[draws].sum(1)
    return [round(float(q), 3) for q in np.quantile(means, [0.025, 0.975])]


def export(model, windows, file: Path) -> None:
    rows = windows.batch([0])
    torch.onnx.export(
        model.eval(),
        tuple(rows[name] for name in INPUTS),
        file,
        input_names=INPUTS,
        output_names=["accel", "curvature"],
        opset_version=18,
        dynamo=False,
        do_constant_folding=True,
        dynamic_axes={name: {0: "B"} for name in [*INPUTS, "accel", "curvature"]},
    )
    print(f"{file}: {file.stat().st_size} bytes")


def write_golden_window(windows, out: Path) -> None:
    """Where the golden case lies, so that bundle.mjs can draw the same window again."""
    braking = [i for i in range(len(windows)) if windows.scenario(i) == "traffic_light"]
    item = braking[len(braking) // 2]
    golden = {"number": windows.drives[windows.items[item][0]]["number"], "t0S": windows.t0(item) / 10}
    (out / "golden-window.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
