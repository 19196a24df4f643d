"""The golden case of a bundle: one window, and what the graph answers to it on the CPU here."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from tokenizers import Tokenizer

from manifest import BundleFacts, normalisation
from prompt import Segment, encode
from random_streams import normals, stream_key, uniforms

WINDOW_ID = "golden"
CASE_FILE, FRAMES_FILE = "golden/case0.json", "golden/case0.frames.u8"
_SEED = 20260101
_SPEED_MPS = 8.0
_NAVIGATION = "Turn left in 40m"
#: Token ids are compared exactly; these leave room for another runtime's arithmetic.
TOLERANCES = {"xyzM": 1e-3, "yawRad": 1e-4, "logprob": 1e-3}


def write_golden(folder: Path, graph: Path, facts: BundleFacts, tokenizer: Tokenizer) -> list[str]:
    """Runs the graph on one window and writes the case; returns the names of the files."""
    samples = min(facts.samples)
    frames = _frames(facts)
    history = _history(facts)
    navigation = _navigation(facts, tokenizer)
    key = stream_key(_SEED, WINDOW_ID)
    action, tokens = facts.config.action, facts.decode.max_tokens
    session = ort.InferenceSession(str(graph), providers=["CPUExecutionProvider"])
    actions, ids, logprobs, counts = session.run(
        ["actions", "tokens", "logprobs", "token_counts"],
        {
            "frames": frames[None],
            "prompt_ids": prompt_ids(facts.prompt.segments, facts.prompt.pad_id, tokenizer, history, navigation)[None],
            "uniforms": np.stack([uniforms(key, k, tokens) for k in range(samples)])[None],
            "noise": np.stack([normals(key, k, 2 * action.steps).reshape(-1, 2) for k in range(samples)])[None],
        },
    )
    expected = [
        _answer(facts, tokenizer, actions[0, k], ids[0, k, : counts[0, k]], logprobs[0, k, : counts[0, k]])
        for k in range(samples)
    ]
    case = {
        "schema": "golden-case/1",
        "v0Mps": _SPEED_MPS,
        "history": {axis: history[:, i].tolist() for i, axis in enumerate("xyz")} | {"yaw": [0.0] * len(history)},
        **({} if navigation is None else {"navigation": navigation}),
        "framesFile": FRAMES_FILE,
        "parameters": {
            "samples": samples,
            "seed": _SEED,
            "horizonSteps": action.steps,
            "stepUs": action.step_us,
        },
        "expected": expected,
    }
    (folder / "golden").mkdir()
    (folder / CASE_FILE).write_text(json.dumps(case, indent=1) + "\n")
    frames.tofile(folder / FRAMES_FILE)
    return [CASE_FILE, FRAMES_FILE]


def prompt_ids(
    segments: list[Segment], pad_id: int, tokenizer: Tokenizer, history: np.ndarray, navigation: str | None
) -> np.ndarray:
    """int64 [P]: the prompt of one window, as a host assembles it."""
    ids: list[int] = []
    for one in segments:
        match one["kind"]:
            case "text":
                ids += encode(tokenizer, one["text"])
            case "image":
                ids += [one["id"]] * one["tokens"]
            case "history":
                ids += history_ids(history, one)
            case _:
                said = [] if navigation is None else encode(tokenizer, one["before"] + navigation + one["after"])
                ids += said + [pad_id] * (one["maxTokens"] - len(said))
    return np.array(ids, np.int64)


def history_ids(history: np.ndarray, segment: Segment) -> list[int]:
    """Ids of the steps between poses [S, 3], the first from the origin; halves round to even."""
    low, high = np.array(segment["min"]), np.array(segment["max"])
    steps = np.diff(history, axis=0, prepend=np.zeros((1, 3)))
    bins = np.round((steps - low) / (high - low) * (segment["bins"] - 1))
    return [int(bin) + segment["firstId"] for bin in np.clip(bins, 0, segment["bins"] - 1).ravel()]


def integrate(actions: np.ndarray, constants: dict[str, float], v0_mps: float, step_s: float) -> dict[str, list[float]]:
    """Path of normalised actions [T, 2]: the unicycle with trapezoid positions, float64, yaw in (-pi, pi]."""
    v, yaw, x, y = v0_mps, 0.0, 0.0, 0.0
    path: dict[str, list[float]] = {"x": [], "y": [], "z": [], "yaw": []}
    for accel_normalised, curvature_normalised in actions.astype(np.float64).tolist():
        accel = accel_normalised * constants["accelStd"] + constants["accelMean"]
        curvature = curvature_normalised * constants["curvatureStd"] + constants["curvatureMean"]
        faster = v + step_s * accel
        turned = yaw + curvature * (step_s * v + step_s * step_s * accel / 2)
        x += step_s / 2 * (v * math.cos(yaw) + faster * math.cos(turned))
        y += step_s / 2 * (v * math.sin(yaw) + faster * math.sin(turned))
        v, yaw = faster, turned
        wrapped = math.remainder(yaw, 2 * math.pi)
        for axis, value in zip(path, (x, y, 0.0, wrapped), strict=True):
            path[axis].append(value)
    return path


def _answer(
    facts: BundleFacts, tokenizer: Tokenizer, actions: np.ndarray, ids: np.ndarray, logprobs: np.ndarray
) -> dict[str, Any]:
    path = integrate(actions, normalisation(facts.config), _SPEED_MPS, facts.config.action.step_us / 1e6)
    written = [int(one) for one in ids]
    said = written[: written.index(facts.cot_end_id)] if facts.cot_end_id in written else written
    return {
        **path,
        "trace": tokenizer.decode(said, skip_special_tokens=True),
        "tokenIds": written,
        "logprobs": [float(one) for one in logprobs],
        "finishReason": "stop" if written[-1] == facts.decode.end_id else "truncated",
    }


def _navigation(facts: BundleFacts, tokenizer: Tokenizer) -> str | None:
    """A text, where the prompt has room for it."""
    for one in facts.prompt.segments:
        if one["kind"] == "navigation":
            said = encode(tokenizer, one["before"] + _NAVIGATION + one["after"])
            return _NAVIGATION if len(said) <= one["maxTokens"] else None
    return None


def _frames(facts: BundleFacts) -> np.ndarray:
    """uint8 [N, 3, H, W]: blocks of colour, so that the vision tower has something to look at."""
    images = sum(one["kind"] == "image" for one in facts.prompt.segments)
    rows, columns = facts.frame.height // 16, facts.frame.width // 16
    blocks = np.random.default_rng(_SEED).integers(0, 256, (images, 3, rows, columns), np.uint8)
    return blocks.repeat(16, axis=2).repeat(16, axis=3)


def _history(facts: BundleFacts) -> np.ndarray:
    """float64 [S, 3]: straight on at one speed, ending at the origin."""
    steps = facts.config.vocabulary.history_steps
    history = np.zeros((steps, 3))
    history[:, 0] = (np.arange(steps) - (steps - 1)) * _SPEED_MPS * facts.config.action.step_us / 1e6
    return history
