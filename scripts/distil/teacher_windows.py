"""Windows of a teacher export in its WebDataset layout: what the teacher saw, and the paths of the samples that were kept."""

import io
import json
import tarfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image


class TeacherWindows:
    """All windows of one split, in memory.

    Frames u8 [N, frames, 3, height, width], cropped; the rest float32. `targets` [N, K, steps, 2] are the paths of the
    samples that are left of a window, then zeros; `weights` [N, K] say what each counts and add up to 1. `said`
    [N, sentences] is the share of the samples that said each of `sentences`.
    """

    def __init__(self, folder: Path, split: str, crop: dict, sentences: list[str] | None = None) -> None:
        rows = [row for tar in sorted((folder / "data").glob(f"{split}-*.tar")) for row in read_tar(tar, crop)]
        if not rows:
            raise SystemExit(f"{folder} holds no windows of the split {split}")
        self.frame_offsets_us = rows[0].pop("offsets")
        for row in rows[1:]:
            if row.pop("offsets") != self.frame_offsets_us:
                raise SystemExit("windows differ in the times of their frames")
        for row in rows:
            del row["name"]
        most = max(len(row["targets"]) for row in rows)
        self.sentences = sentences or sorted({said for row in rows for said in row["traces"]})
        for row in rows:
            row |= padded(row["targets"], most)
            row["said"] = shares(row.pop("traces"), self.sentences)
        self.tensors = {name: torch.from_numpy(np.stack([row[name] for row in rows])) for name in rows[0]}

    def __len__(self) -> int:
        return len(self.tensors["v0"])

    def batch(self, items) -> dict[str, torch.Tensor]:
        return {name: values[list(items)] for name, values in self.tensors.items()}


def first_window(folder: Path, split: str) -> dict:
    """One window with its pictures uncropped: u8 [frames, 3, height, width]."""
    return next(read_tar(sorted((folder / "data").glob(f"{split}-*.tar"))[0], None))


def read_tar(file: Path, crop: dict | None):
    """One row per window: the files that share a name up to the first dot."""
    with tarfile.open(file) as tar:
        name, parts = None, {}
        for member in tar:
            stem, _, rest = member.name.partition(".")
            if name is not None and stem != name:
                yield window_of(name, parts, crop)
                parts = {}
            name = stem
            parts[rest] = tar.extractfile(member).read()
        if name is not None:
            yield window_of(name, parts, crop)


def window_of(name: str, parts: dict[str, bytes], crop: dict | None) -> dict:
    document = json.loads(parts["json"])
    array = lambda what: np.load(io.BytesIO(parts[f"{what}.npy"]))
    pictures = sorted((rest for rest in parts if rest.endswith(".jpg")), key=lambda rest: int(rest.split(".")[1]))
    history, future = array("history"), array("future")
    return {
        "name": name,
        "offsets": [camera["frame_time_us"] - document["t0_us"] for camera in document["cameras"]],
        "frames": np.stack([picture_of(parts[rest], crop) for rest in pictures]),
        "history_x": history[:, 0].copy(),
        "history_y": history[:, 1].copy(),
        "history_yaw": history[:, 3].copy(),
        "v0": np.float32(document["v0_mps"]),
        "targets": array("trajectories")[:, :, :2].copy(),
        "traces": [sample["trace"] or "" for sample in document["samples"]],
        "recorded": future[:, :2].copy(),
    }


def padded(targets: np.ndarray, most: int) -> dict[str, np.ndarray]:
    """Paths [k, steps, 2] with zeros up to `most`, and what each counts."""
    count = len(targets)
    weights = np.zeros(most, np.float32)
    weights[:count] = 1 / count
    return {"targets": np.pad(targets, ((0, most - count), (0, 0), (0, 0))), "weights": weights}


def shares(traces: list[str], sentences: list[str]) -> np.ndarray:
    """One that is not among the sentences is left out, so the shares add up to 1 at most."""
    return np.array([traces.count(sentence) / len(traces) for sentence in sentences], np.float32)


def picture_of(jpeg: bytes, crop: dict | None) -> np.ndarray:
    """u8 [3, height, width]."""
    picture = Image.open(io.BytesIO(jpeg)).convert("RGB")
    if crop is not None:
        left, top = crop["left"], crop["top"]
        picture = picture.crop((left, top, left + crop["width"], top + crop["height"]))
    return np.asarray(picture).transpose(2, 0, 1).copy()
