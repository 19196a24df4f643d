"""Measures a trained `nano` on held-out drives against the kinematic baselines and against itself with something taken
away, and writes results.json.

usage: python evaluate.py DATA_FOLDER TRAINED_FOLDER [--drives N]
"""

import argparse
import json
from collections import Counter
from pathlib import Path

import numpy as np
import torch

from measure import CLEAR, Measured, measure
from plan import STEPS, integrate
from train import RECIPE, load
from windows import Windows

RESAMPLED = 2000
# Whoever chooses by looking at figures chooses on `val`.
SPLITS = ["test"]
SPLITS_OF_ALL = ["train", "val", "test"]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("trained", type=Path)
    parser.add_argument("--drives", type=int, help="of the held-out drives use so many only: for tests")
    parser.add_argument("--every", type=int, default=RECIPE["evaluation"]["every"], help="use every so-manieth window only")
    options = parser.parse_args()
    torch.set_num_threads(1)
    nano, vocabulary = load(options.trained)
    windows = Windows(options.data, RECIPE, SPLITS, options.drives)
    items = list(range(0, len(windows), options.every))
    whole = measure(nano, vocabulary, windows, items)
    variants = {
        "nano": whole,
        "nano, camera covered": measure(nano, vocabulary, windows, items, cover=True),
        "nano, trace not heard": measure(nano, vocabulary, windows, items, hear=False),
    }
    owners = windows.owners()[items]
    rivals = baselines(windows, items)
    results = {
        "drives": len(set(owners.tolist())),
        "windows": len(items),
        "everyS": round(RECIPE["everyS"] * options.every, 3),
        "weights": sum(p.numel() for name, p in nano.named_parameters() if not name.startswith("facts.")),
        "maxTokens": nano.max_tokens,
        "goldenWindow": golden_window(windows, items, whole),
        "variants": {name: {**one.brief(), "ade mean": round(float(one.distances.mean()), 4)} for name, one in variants.items()},
        "rivals": {name: round(float(ade.mean()), 4) for name, ade in rivals.items()},
        "better than rivals, paired 95 %, m": {
            name: {"first": interval(ade - whole.first_ade(), owners), "min of 6": interval(ade - whole.min_ade(), owners)}
            for name, ade in rivals.items()
        },
        "worse when covered, paired 95 %, m": interval(
            variants["nano, camera covered"].first_ade() - whole.first_ade(), owners
        ),
        "cause, where there is one, 95 %": interval(
            np.where(whole.eventful(), whole.right(slice(1, None)), np.nan), owners
        ),
        "k": {str(k): round(float(best_of(whole.distances, k).mean()), 4) for k in (1, 2, 3, 6)},
        "scenarios": by_fact("scenario", windows, items, whole, rivals),
        "weathers": by_fact("weather", windows, items, whole, rivals),
        "distractors": by_fact("distractor", windows, items, whole, rivals),
        "held-out combinations": combinations(nano, vocabulary, options),
        "sentences": by_sentence(whole),
        "confused": confused(whole),
        "wrong causes beside an edge": beside_an_edge(windows, items, whole),
    }
    (options.trained / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    print(json.dumps({name: results[name] for name in ("variants", "rivals", "better than rivals, paired 95 %, m")}, indent=1))


def baselines(windows: Windows, items: list[int]) -> dict[str, np.ndarray]:
    """ADE per window of constant velocity and of constant turn rate over the last 0.5 s, as policy-kinematic has them."""
    found: dict[str, list] = {"constant velocity": [], "constant turn rate": []}
    for item in items:
        row = windows.batch([item])
        zero = torch.zeros(1, STEPS)
        rate = (row["history_yaw"][:, -1] - row["history_yaw"][:, -6]) / 0.5
        turning = (rate / row["v0"].clamp(min=0.1))[:, None].expand(-1, STEPS)
        for name, curvature in zip(found, (zero, turning)):
            path = integrate(zero, curvature, row["v0"])
            found[name].append((path - row["future"]).norm(dim=-1).mean().item())
    return {name: np.array(values) for name, values in found.items()}


def interval(values: np.ndarray, owners: np.ndarray) -> list[float]:
    """Mean and its 95 % interval, drives resampled. NaN counts for nothing."""
    random = np.random.default_rng(0)
    valid = ~np.isnan(values)
    sums = np.bincount(owners[valid], values[valid], minlength=owners.max() + 1)
    counts = np.bincount(owners[valid], minlength=owners.max() + 1)
    draws = random.integers(0, len(sums), (RESAMPLED, len(sums)))
    means = sums[draws].sum(1) / counts[draws].sum(1)
    return [round(float(x), 4) for x in (sums.sum() / counts.sum(), *np.quantile(means, [0.025, 0.975]))]


def best_of(distances: np.ndarray, k: int) -> np.ndarray:
    """Expected smallest of k of the samples, per window (metrics.md, section 6: k of K without bias)."""
    from math import comb

    total = distances.shape[1]
    shares = [comb(total - i, k - 1) / comb(total, k) for i in range(1, total + 1)]
    return np.sort(distances, 1) @ np.array(shares)


def combinations(nano, vocabulary, options) -> dict:
    """Drives of all splits in a pair of scenario and weather that training never had, and the test drives of the same
    scenarios in weathers that it had: windows, distances and causes of each."""
    found = {}
    for name, splits, pairs in (("never trained", SPLITS_OF_ALL, "held out"), ("trained", SPLITS, "trained")):
        windows = Windows(options.data, RECIPE, splits, options.drives, pairs)
        scenarios = {scenario for scenario, _ in RECIPE["data"]["heldOut"]}
        items = [
            item for item in range(0, len(windows), options.every) if windows.fact(item, "scenario") in scenarios
        ]
        if not items:
            continue
        whole, rivals = measure(nano, vocabulary, windows, items), baselines(windows, items)
        owners = windows.owners()[items]
        nearest = np.minimum(*rivals.values())
        found[name] = {
            "drives": len(set(owners.tolist())),
            "scenarios": by_fact("scenario", windows, items, whole, rivals),
            **row_of(np.full(len(items), True), whole, rivals),
            "nearer than the better baseline, 95 %, m": interval(nearest - whole.first_ade(), owners),
        }
    return found


def by_fact(fact: str, windows: Windows, items: list[int], whole: Measured, rivals: dict) -> dict:
    facts = np.array([windows.fact(item, fact) for item in items])
    return {name: row_of(facts == name, whole, rivals) for name in sorted(set(facts.tolist()))}


def row_of(at: np.ndarray, whole: Measured, rivals: dict) -> dict:
    """Of the windows where `at` is true: how many, distances, and the share with the true cause."""
    known = at & whole.eventful()
    right = whole.right(slice(1, None))[known]
    return {
        "windows": int(at.sum()),
        "ade first": round(float(whole.first_ade()[at].mean()), 3),
        "min ade 6": round(float(whole.min_ade()[at].mean()), 3),
        **{rival: round(float(ade[at].mean()), 3) for rival, ade in rivals.items()},
        "cause, where there is one": round(float(right.mean()), 4) if known.any() else None,
    }


def by_sentence(whole: Measured) -> list[dict]:
    right = whole.right()
    said = Counter(first for first, *_ in whole.said)
    true = Counter(whole.true)
    hits = Counter(sentence for sentence, hit in zip(whole.true, right) if hit)
    return [{"sentence": name, "labelled": true[name], "said": said[name], "right": hits[name]} for name in sorted(true | said)]


def confused(whole: Measured) -> list[list]:
    pairs = Counter((true, first) for true, (first, *_) in zip(whole.true, whole.said) if true != first)
    return [[true, said, count] for (true, said), count in pairs.most_common(10)]


def beside_an_edge(windows: Windows, items: list[int], whole: Measured) -> dict[str, float]:
    """Of the windows with a cause that is not the one named: how many name the cause of the window before or after."""
    cause = lambda sentence: sentence.split(" because ")[-1]
    wrong = beside = 0
    for item, (said, *_), true in zip(items, whole.said, whole.true):
        if true.endswith(CLEAR) or cause(said) == cause(true):
            continue
        wrong += 1
        drive, k = windows.items[item]
        labels = windows.drives[drive].told["sentences"]
        beside += any(cause(labels[j]) == cause(said) for j in range(max(0, k - 2), min(len(labels), k + 3)))
    return {"wrong": wrong, "named within 0.6 s": beside}


def golden_window(windows: Windows, items: list[int], whole: Measured) -> dict:
    """A window in which something is braked for, where bundle.mjs draws the golden case."""
    braking = [i for i, true in enumerate(whole.true) if true.startswith("Stop") and whole.right()[i]] or [0]
    item = items[braking[len(braking) // 2]]
    drive, _ = windows.items[item]
    return {"number": windows.drives[drive].about["number"], "t0S": windows.t0(item) / 10}


if __name__ == "__main__":
    main()
