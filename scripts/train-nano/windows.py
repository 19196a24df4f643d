"""Windows of dumped drives: what the policy sees at t0, what the vehicle did afterwards, and what the generator knows."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

STEP_S = 0.1


@dataclass(frozen=True)
class Drive:
    """One dumped drive. frames u8 [F, H, W, 3], poses f64 [T, 3] (x, y, yaw), v0 f32 [windows], told: facts.mjs's line."""

    about: dict
    frames: np.ndarray
    poses: np.ndarray
    v0: np.ndarray
    told: dict


class Windows:
    """Windows of the drives of some splits, in the order of the drives' numbers. Windows and frames lie `every` tenths
    apart; the first frame is the oldest one of the first window. `combinations`: whether drives in one of the recipe's
    held-out pairs of scenario and weather are taken as well ("all"), left out ("trained"), or alone ("held out")."""

    def __init__(
        self, folder: Path, recipe: dict, splits: list[str], limit: int | None = None, combinations: str = "all"
    ) -> None:
        self.recipe = recipe
        self.history, self.horizon = recipe["historySteps"], recipe["horizonSteps"]
        every = round(recipe["everyS"] * 10)
        oldest = round(-recipe["frameOffsetsS"][0] * 10)
        self.t0s = range(self.history, recipe["durationS"] * 10 - self.horizon + 1, every)
        # Which frames of a drive window k needs, counted from k.
        self.looks = [(oldest + round(offset * 10)) // every for offset in recipe["frameOffsetsS"]]
        drives = sorted(read_drives(folder, recipe, len(self.t0s), len(self.t0s) + oldest // every), key=lambda one: one.about["number"])
        taken = {"all": (False, True), "trained": (False,), "held out": (True,)}[combinations]
        self.drives = [
            drive for drive in drives if drive.about["split"] in splits and held_out(drive.about, recipe) in taken
        ][:limit]
        self.items = [(drive, k) for drive in range(len(self.drives)) for k in range(len(self.t0s))]

    def __len__(self) -> int:
        return len(self.items)

    def fact(self, item: int, name: str) -> str:
        """What the generator says of the window's drive: its `scenario`, `weather` ..."""
        return self.drives[self.items[item][0]].about[name]

    def sentence(self, item: int) -> str:
        drive, k = self.items[item]
        return self.drives[drive].told["sentences"][k]

    def owners(self) -> np.ndarray:
        """Number of its drive, counted from 0, for every window."""
        return np.array([drive for drive, _ in self.items])

    def actions(self, item: int) -> np.ndarray:
        """f32 [64, 2], m/s^2 and 1/m: what was driven."""
        drive, k = self.items[item]
        return actions_of(self.drives[drive], self.t0s[k], self.horizon)

    def t0(self, item: int) -> int:
        """Tenths of a second."""
        return self.t0s[self.items[item][1]]

    def batch(self, items) -> dict[str, torch.Tensor]:
        rows = [self._window(*self.items[item]) for item in items]
        batch = {name: torch.from_numpy(np.stack([row[name] for row in rows])) for name in rows[0]}
        batch["frames"] = batch["frames"].permute(0, 3, 4, 1, 2)
        return batch

    def _window(self, drive: int, k: int) -> dict[str, np.ndarray]:
        """frames u8 [N, 3, H, W]; history f32 [16] each, ego frame at t0; v0 f32; future f32 [64, 2], m; actions f32
        [64, 2], m/s^2 and 1/m; facts f32 [facts, 2]."""
        one, t0 = self.drives[drive], self.t0s[k]
        x0, y0, yaw0 = one.poses[t0]
        local = one.poses[t0 - self.history + 1 : t0 + self.horizon + 1] - (x0, y0, yaw0)
        cos, sin = np.cos(yaw0), np.sin(yaw0)
        x, y = cos * local[:, 0] + sin * local[:, 1], cos * local[:, 1] - sin * local[:, 0]
        past, future = slice(None, self.history), slice(self.history, None)
        return {
            # Pixels stay together in memory, as convolutions like them.
            "frames": np.stack([one.frames[k + look] for look in self.looks], 2),
            "history_x": x[past].astype(np.float32),
            "history_y": y[past].astype(np.float32),
            "history_yaw": local[past, 2].astype(np.float32),
            "v0": np.float32(one.v0[k]),
            "future": np.stack([x[future], y[future]], -1).astype(np.float32),
            "actions": actions_of(one, t0, self.horizon),
            "facts": np.array(one.told["facts"][k], np.float32).reshape(-1, 2),
        }


def held_out(about: dict, recipe: dict) -> bool:
    """Whether a drive's scenario and weather are a pair that is in no drive to train on, whatever its split."""
    return [about["scenario"], about["weather"]] in recipe["data"]["heldOut"]


def actions_of(drive: Drive, t0: int, steps: int) -> np.ndarray:
    """Acceleration and curvature that the unicycle model needs for what was driven, f32 [steps, 2], m/s^2 and 1/m.
    Where the vehicle stands it does not turn."""
    speeds = np.array(drive.told["speeds"][t0 : t0 + steps + 1])
    accel = np.diff(speeds) / STEP_S
    turned = np.diff(drive.poses[t0 : t0 + steps + 1, 2])
    distance = (speeds[:-1] + speeds[1:]) * (STEP_S / 2)
    curvature = np.where(distance > 0.03, turned / np.maximum(distance, 0.03), 0)
    return np.stack([accel, curvature], -1).astype(np.float32)


def read_drives(folder: Path, recipe: dict, windows: int, frames_per_drive: int) -> list[Drive]:
    crop, tenths = recipe["crop"], recipe["durationS"] * 10 + 1
    shape = (frames_per_drive, crop["height"], crop["width"], 3)
    told = {one["number"]: one for one in map(json.loads, (folder / "facts.ndjson").read_text().splitlines())}
    drives = []
    for index in sorted(folder.glob("index-*.ndjson")):
        part = index.stem.split("-")[1]
        abouts = [json.loads(line) for line in index.read_text().splitlines()]
        # The scaler may still be behind.
        written = (folder / f"frames-{part}.u8").stat().st_size // int(np.prod(shape))
        poses = np.fromfile(folder / f"poses-{part}.f32", np.float32)
        count = min(len(abouts), written, len(poses) // (tenths * 3))
        if count == 0:
            continue
        poses = poses[: count * tenths * 3].reshape(count, tenths, 3).astype(np.float64)
        frames = np.memmap(folder / f"frames-{part}.u8", np.uint8, "r", shape=(count, *shape))
        v0 = np.fromfile(folder / f"v0-{part}.f32", np.float32)[: count * windows].reshape(count, windows)
        drives += [
            Drive(about, frames[i], poses[i], v0[i], told[about["number"]])
            for i, about in enumerate(abouts[:count])
            if about["number"] in told
        ]
    return drives
