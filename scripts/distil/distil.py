"""Trains a student on a teacher export, and writes its graph, what it was measured at, and one window for the golden case.

usage: python distil.py EXPORT_FOLDER OUT_FOLDER [--epochs N]

The student learns the teacher's paths and sentences, of all samples that are left of a window. The recorded future is
looked at only to say how far both are from it.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "train-glance"))

from model import integrate  # noqa: E402
from student import Student  # noqa: E402
from teacher_windows import TeacherWindows, first_window  # noqa: E402

SETTINGS = json.loads((HERE / "settings.json").read_text())
INPUTS = ["frames", "history_x", "history_y", "history_yaw", "v0"]
MIRRORED = ["history_y", "history_yaw"]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, default=SETTINGS["training"]["epochs"])
    options = parser.parse_args()
    # The network is small: more threads cost more waiting than they save.
    torch.set_num_threads(1)
    torch.manual_seed(SETTINGS["training"]["seed"])
    start = time.time()
    seen = TeacherWindows(options.data, "train", SETTINGS["crop"])
    held_out = TeacherWindows(options.data, "validation", SETTINGS["crop"], seen.sentences)
    print(f"{len(seen)} windows to train on, {len(held_out)} held out, read in {time.time() - start:.0f} s", flush=True)
    model = train(Student(len(seen.sentences)), seen, held_out, options.epochs)
    options.out.mkdir(parents=True, exist_ok=True)
    results = measure(model.eval(), held_out)
    results |= {"windows": len(seen), "epochs": options.epochs, "seconds": round(time.time() - start)}
    print(json.dumps(results, indent=1))
    (options.out / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    export(model, held_out, options.out / "policy.onnx")
    write_golden_window(options.data, options.out)


def train(model, seen, held_out, epochs: int) -> torch.nn.Module:
    """Returns the running mean of the weights over the last steps, which knows more than any of them."""
    training = SETTINGS["training"]
    batch = min(training["batch"], len(seen))
    steps = epochs * (len(seen) // batch)
    optimiser = torch.optim.AdamW(model.parameters(), training["learningRate"], weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, training["learningRate"], total_steps=steps + 1)
    mean = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(training["meanDecay"]), use_buffers=True)
    random = np.random.default_rng(training["seed"])
    start = time.time()
    for epoch in range(epochs):
        model.train()
        order = random.permutation(len(seen))
        losses = []
        for i in range(0, len(order) - batch + 1, batch):
            loss = error(model, augmented(seen.batch(order[i : i + batch]), random)).mean()
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
            optimiser.step()
            schedule.step()
            mean.update_parameters(model)
            losses.append(loss.item())
        if epoch % 10 == 9 or epoch + 1 == epochs:
            to_teacher = measure(mean.module.eval(), held_out)["student to teacher, ADE m"]
            told = f"epoch {epoch + 1}: loss {np.mean(losses):.3f}, held-out ADE to the teacher {to_teacher:.3f} m"
            print(f"{told}, {time.time() - start:.0f} s", flush=True)
    return mean.module


def error(model, rows) -> torch.Tensor:
    """Mean distance to the teacher's paths, other words than its, and a little for actions rougher than a driver's."""
    accel, curvature, said = model.answer(*(rows[name] for name in INPUTS))
    path, _ = integrate(accel, curvature, rows["v0"])
    distances = torch.sqrt(((path[:, None] - rows["targets"]) ** 2).sum(-1) + 1e-4).mean(-1)
    distance = (distances * rows["weights"]).sum(1)
    rough = (accel[:, 1:] - accel[:, :-1]).abs().mean(1) + 30 * (curvature[:, 1:] - curvature[:, :-1]).abs().mean(1)
    other_words = torch.nn.functional.cross_entropy(said, rows["said"], reduction="none")
    return distance + SETTINGS["training"]["words"] * other_words + 0.3 * rough


def augmented(rows, random) -> dict:
    """Other light for every window, and half of the batches seen in a mirror."""
    count = len(rows["v0"])
    gain = torch.from_numpy(random.uniform(0.75, 1.25, (count, 1, 1, 1, 1)).astype(np.float32))
    lift = torch.from_numpy(random.uniform(-16, 16, (count, 1, 1, 1, 1)).astype(np.float32))
    rows = {**rows, "frames": (rows["frames"] * gain + lift).clamp_(0, 255).to(torch.uint8)}
    if random.random() < 0.5:
        return rows
    mirrored = {name: -rows[name] for name in MIRRORED}
    sides = {name: rows[name] * torch.tensor([1.0, -1.0]) for name in ("targets", "recorded")}
    return {**rows, **mirrored, **sides, "frames": rows["frames"].flip(-1)}


@torch.no_grad()
def measure(model, windows) -> dict[str, float]:
    """Over the held-out windows of the export, which are those that its filters left: not what the student is worth."""
    rows = windows.batch(range(len(windows)))
    accel, curvature = model(*(rows[name] for name in INPUTS))
    path, _ = integrate(accel, curvature, rows["v0"])
    ade = lambda a, b: (a - b).norm(dim=-1).mean(-1)
    of_samples = lambda errors: round(float((errors * rows["weights"]).sum(1).mean()), 3)
    return {
        "held-out windows": len(windows),
        "student to teacher, ADE m": of_samples(ade(path[:, None], rows["targets"])),
        "student to recorded, ADE m": round(float(ade(path, rows["recorded"]).mean()), 3),
        "teacher to recorded, ADE m": of_samples(ade(rows["targets"], rows["recorded"][:, None])),
    }


def export(model, windows, file: Path) -> None:
    rows = windows.batch([0])
    torch.onnx.export(
        model,
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


def write_golden_window(data: Path, out: Path) -> None:
    """A held-out window as the pipeline gives it to the bundle, which crops for itself."""
    window = first_window(data, "validation")
    (out / "golden.u8").write_bytes(window["frames"].tobytes())
    golden = {name: window[name].tolist() for name in ("history_x", "history_y", "history_yaw", "v0")}
    golden |= {"window": window["name"], "frameOffsetsUs": window["offsets"]}
    (out / "golden-window.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
