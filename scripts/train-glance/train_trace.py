"""Trains the trace of `glance` on the frozen features of its path, measures it on held-out drives, and joins both.

usage: python train_trace.py DATA_FOLDER TRAINED_FOLDER
"""

import json
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import torch
from torch.nn import functional

from trace_head import Frozen, TraceHead, graft
from train import INPUTS, RECIPE, Augmentation
from windows import Windows

BATCH = 256


def main() -> None:
    data, trained = (Path(name) for name in sys.argv[1:3])
    training = RECIPE["trace"]
    torch.set_num_threads(1)
    torch.manual_seed(training["seed"])
    seen = Windows(data, RECIPE, ["train"])
    held_out = Windows(data, RECIPE, ["val", "test"])
    said, held_out_said = sentences_of(seen, data), sentences_of(held_out, data)
    # The closed list: what the drives to train on say, and nothing else.
    traces = sorted(set(said))
    print(f"{len(traces)} sentences, {len(seen)} windows to train on, {len(held_out)} held out")
    path = onnx.load(trained / "path.onnx")
    frozen, head = Frozen(path), TraceHead(len(traces))
    train(head, frozen, seen, torch.tensor([traces.index(one) for one in said]), training)
    head.eval()
    results = evaluate(head, frozen, held_out, held_out_said, traces)
    print(json.dumps(results, indent=1))
    (trained / "trace-results.json").write_text(json.dumps(results, indent=1) + "\n")
    (trained / "traces.json").write_text(json.dumps(traces, indent=1) + "\n")
    graft(path, frozen, head, features(frozen, held_out.batch([0])), trained / "policy.onnx")


def sentences_of(windows: Windows, data: Path) -> list[str]:
    lines = (data / "labels.ndjson").read_text().splitlines()
    labels = {drive["number"]: drive["sentences"] for drive in map(json.loads, lines)}
    return [labels[windows.drives[drive]["number"]][k] for drive, k in windows.items]


def features(frozen, rows):
    return frozen(*(rows[name] for name in INPUTS))


def train(head, frozen, windows, said, training: dict) -> None:
    batch, epochs, rate = training["batch"], training["epochs"], training["learningRate"]
    steps = epochs * (len(windows) // batch)
    optimiser = torch.optim.AdamW(head.parameters(), rate, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps + 1)
    # Rare sentences weigh more, by the root: in full they would be said far too often.
    counts = torch.bincount(said).float()
    weights = (counts.mean() / counts) ** training["weightPower"]
    random = np.random.default_rng(training["seed"])
    augment = Augmentation(windows.batch(range(batch))["frames"].shape, random)
    start = time.time()
    for epoch in range(epochs):
        order = random.permutation(len(windows))
        losses = []
        for i in range(0, len(order) - batch + 1, batch):
            chosen = order[i : i + batch]
            scores = head(*features(frozen, augment(windows.batch(chosen))))
            loss = functional.cross_entropy(scores, said[chosen], weights, label_smoothing=0.05)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.3f}, {time.time() - start:.0f} s", flush=True)


@torch.no_grad()
def choices(head, frozen, windows, traces: list[str], cover: bool = False) -> list[str]:
    found = []
    for i in range(0, len(windows), BATCH):
        rows = windows.batch(range(i, min(i + BATCH, len(windows))))
        if cover:
            rows["frames"] = torch.full_like(rows["frames"], 128)
        found += [traces[index] for index in head(*features(frozen, rows)).argmax(1).tolist()]
    return found


def evaluate(head, frozen, windows, truth: list[str], traces: list[str]) -> dict:
    chosen = choices(head, frozen, windows, traces)
    usual, _ = Counter(truth).most_common(1)[0]
    columns = {
        "glance": chosen,
        "glance, camera covered": choices(head, frozen, windows, traces, cover=True),
        "always the commonest sentence": [usual] * len(truth),
    }
    confused = Counter((want, said) for want, said in zip(truth, chosen) if want != said)
    right = np.array([want == said for want, said in zip(truth, chosen)])
    return {
        "drives": len(windows.drives),
        "windows": len(truth),
        "commonest sentence": usual,
        "unlisted": sum(one not in traces for one in truth),
        "interval": interval(windows, right),
        "table": {name: shares(truth, said, usual) for name, said in columns.items()},
        "sentences": [tally(one, truth, chosen) for one in traces],
        "confused": [[want, said, count] for (want, said), count in confused.most_common(8)],
    }


def shares(truth: list[str], said: list[str], usual: str) -> dict[str, float]:
    """How often the whole sentence, its decision and its cause are the label's."""
    pairs = [(want.split(" because "), one.split(" because ")) for want, one in zip(truth, said)]
    event = [want == one for want, one in zip(truth, said) if want != usual]
    recalls = [np.mean([one == name for want, one in zip(truth, said) if want == name]) for name in sorted(set(truth))]
    measured = {
        "sentence": np.mean([want == one for want, one in pairs]),
        "decision": np.mean([want[0] == one[0] for want, one in pairs]),
        "cause": np.mean([want[1] == one[1] for want, one in pairs]),
        "sentence, where the label is not the commonest": np.mean(event),
        "mean over sentences": np.mean(recalls),
    }
    return {name: round(float(value), 4) for name, value in measured.items()}


def tally(sentence: str, truth: list[str], chosen: list[str]) -> dict:
    right = sum(want == said == sentence for want, said in zip(truth, chosen))
    labelled, said = truth.count(sentence), chosen.count(sentence)
    return {"sentence": sentence, "labelled": labelled, "said": said, "right": right}


def interval(windows, right: np.ndarray) -> list[float]:
    """95 % of bootstraps over drives of the share of right sentences. Every drive has as many windows."""
    random = np.random.default_rng(0)
    of_drive = right.reshape(len(windows.drives), -1).mean(1)
    draws = random.integers(0, len(of_drive), (2000, len(of_drive)))
    return [round(float(q), 4) for q in np.quantile(of_drive[draws].mean(1), [0.025, 0.975])]


if __name__ == "__main__":
    main()
