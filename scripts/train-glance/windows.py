"""Windows of dumped drives: what the policy sees at t0 and what the vehicle did afterwards."""

import json
from pathlib import Path

import numpy as np
import torch


class Windows:
    """Windows of the drives of some splits. Frames lie `step` tenths apart, and so do the windows."""

    def __init__(self, folder: Path, recipe: dict, splits: list[str]) -> None:
        crop = recipe["crop"]
        self.history, self.horizon = recipe["historySteps"], recipe["horizonSteps"]
        self.step = -round(recipe["frameOffsetsS"][0] * 10)
        self.t0s = range(self.history, recipe["durationS"] * 10 - self.horizon + 1, self.step)
        shape = (len(self.t0s) + 1, crop["height"], crop["width"], 3)
        self.frames, self.poses, self.v0, self.drives = [], [], [], []
        for index in sorted(folder.glob("index-*.ndjson")):
            part = index.stem.split("-")[1]
            drives = [json.loads(line) for line in index.read_text().splitlines()]
            count = min(len(drives), (folder / f"frames-{part}.u8").stat().st_size // int(np.prod(shape)))
            frames = np.memmap(folder / f"frames-{part}.u8", np.uint8, "r", shape=(count, *shape))
            poses = np.fromfile(folder / f"poses-{part}.f32", np.float32)
            poses = poses.reshape(-1, recipe["durationS"] * 10 + 1, 3)
            v0 = np.fromfile(folder / f"v0-{part}.f32", np.float32).reshape(-1, len(self.t0s))
            for i, drive in enumerate(drives[:count]):
                if drive["split"] not in splits:
                    continue
                self.frames.append(frames[i])
                self.poses.append(poses[i].astype(np.float64))
                self.v0.append(v0[i])
                self.drives.append(drive)
        self.items = [(drive, k) for drive in range(len(self.drives)) for k in range(len(self.t0s))]

    def __len__(self) -> int:
        return len(self.items)

    def scenario(self, item: int) -> str:
        return self.drives[self.items[item][0]]["scenario"]

    def batch(self, items) -> dict[str, torch.Tensor]:
        rows = [self._window(*self.items[item]) for item in items]
        return {name: torch.from_numpy(np.stack([row[name] for row in rows])) for name in rows[0]}

    def t0(self, item: int) -> int:
        """Tenths of a second."""
        return self.t0s[self.items[item][1]]

    def _window(self, drive: int, k: int) -> dict[str, np.ndarray]:
        t0 = self.t0s[k]
        # The frame before the first window comes first.
        pictures = [self.frames[drive][k], self.frames[drive][k + 1]]
        x0, y0, yaw0 = self.poses[drive][t0]
        local = self.poses[drive][t0 - self.history + 1 : t0 + self.horizon + 1] - (x0, y0, yaw0)
        cos, sin = np.cos(yaw0), np.sin(yaw0)
        x, y = cos * local[:, 0] + sin * local[:, 1], cos * local[:, 1] - sin * local[:, 0]
        past, future = slice(None, self.history), slice(self.history, None)
        return {
            "frames": np.stack(pictures).transpose(0, 3, 1, 2),
            "history_x": x[past].astype(np.float32),
            "history_y": y[past].astype(np.float32),
            "history_yaw": local[past, 2].astype(np.float32),
            "v0": np.float32(self.v0[drive][k]),
            "future": np.stack([x[future], y[future]], -1).astype(np.float32),
        }
