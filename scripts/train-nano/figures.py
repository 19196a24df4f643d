"""Pictures for docs/nano.md: the curves of training, a window in each weather, and windows that nano gets wrong.

usage: python figures.py DATA_FOLDER TRAINED_FOLDER DOCS_FOLDER
"""

import base64
import json
import struct
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import torch

from evaluate import SPLITS
from measure import CLEAR
from nano import Nano
from plan import integrate
from train import RECIPE, load
from vocabulary import Vocabulary
from windows import Windows

WORST = 6
# Every so-manieth window is looked at.
EVERY = 15
INK, GREY, BLUE, RED = "#222", "#999", "#2563eb", "#c2410c"
FONT = 'font-family="system-ui, sans-serif" font-size="12"'


def main() -> None:
    data, trained, docs = (Path(name) for name in sys.argv[1:4])
    torch.set_num_threads(1)
    (docs / "nano-curves.svg").write_text(curves(json.loads((trained / "curve.json").read_text())))
    nano, vocabulary = load(trained)
    windows = Windows(data, RECIPE, SPLITS)
    (docs / "nano-weather.svg").write_text(weathers(nano, vocabulary, windows))
    (docs / "nano-wrong.svg").write_text(mistakes(nano, vocabulary, windows))


def curves(curve: list[dict]) -> str:
    """Losses of each part over the steps, on a logarithmic axis."""
    width, height, left, top = 640, 240, 48, 16
    curve, stages = counted_on(curve)
    most = curve[-1]["step"]
    names = {"trace": BLUE, "plan": RED, "facts": GREY}
    values = [one[name] for one in curve for name in names]
    low, high = np.log10(min(values)), np.log10(max(values))
    x = lambda step: left + (width - left - 70) * step / most
    y = lambda value: top + (height - top - 36) * (high - np.log10(value)) / (high - low)
    parts = []
    for name, colour in names.items():
        points = " ".join(f"{x(one['step']):.1f},{y(one[name]):.1f}" for one in curve)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        parts.append(text(width - 64, y(curve[-1][name]) + 4, name, colour))
    ticks = [value for value in (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2) if low <= np.log10(value) <= high]
    for value in ticks:
        parts.append(f'<line x1="{left}" x2="{width - 70}" y1="{y(value):.1f}" y2="{y(value):.1f}" stroke="#ddd"/>')
        parts.append(text(8, y(value) + 4, f"{value:g}", GREY))
    for step in stages:
        parts.append(f'<line x1="{x(step):.1f}" x2="{x(step):.1f}" y1="{top}" y2="{height - 36}" stroke="#bbb" stroke-dasharray="4 4"/>')
    parts.append(text(left, height - 8, f"loss over {most} steps", INK))
    return svg(width, height, parts)


def counted_on(curve: list[dict]) -> tuple[list[dict], list[int]]:
    """The curve with steps that go on from stage to stage, and the steps at which a stage began."""
    counted, stages, before = [], [], 0
    for one, last in zip(curve, [None, *curve]):
        if last is not None and one["step"] <= last["step"]:
            before = counted[-1]["step"]
            stages.append(before)
        counted.append({**one, "step": before + one["step"]})
    return counted, stages


@torch.no_grad()
def mistakes(nano: Nano, vocabulary: Vocabulary, windows: Windows) -> str:
    """The windows whose first sample is farthest off, at most one per drive and two per scenario."""
    answers = answered(nano, vocabulary, windows, list(range(0, len(windows), EVERY)))
    parts, drives, scenarios = [], set(), {}
    for item, answer in sorted(answers.items(), key=lambda one: -one[1].off):
        drive, scenario = windows.items[item][0], windows.fact(item, "scenario")
        if drive in drives or scenarios.get(scenario, 0) == 2 or len(drives) == WORST:
            continue
        drives.add(drive)
        scenarios[scenario] = scenarios.get(scenario, 0) + 1
        parts += shown(windows, item, answer, 150 * (len(drives) - 1))
    return svg(860, 150 * len(drives), parts)


@torch.no_grad()
def weathers(nano: Nano, vocabulary: Vocabulary, windows: Windows) -> str:
    """Of each weather the first drive whose scenario is not shown yet, in the middle of what its labels know a cause for."""
    items, seen = {}, set()
    for drive, one in enumerate(windows.drives):
        weather, scenario = one.about["weather"], one.about["scenario"]
        caused = [k for k, sentence in enumerate(one.told["sentences"]) if not sentence.endswith(CLEAR)]
        if weather in items or scenario in seen or not caused:
            continue
        seen.add(scenario)
        items[weather] = windows.items.index((drive, caused[len(caused) // 2]))
    answers = answered(nano, vocabulary, windows, list(items.values()))
    parts = [part for row, item in enumerate(items.values()) for part in shown(windows, item, answers[item], 150 * row)]
    return svg(860, 150 * len(items), parts)


@dataclass
class Answer:
    """The first sample's distance, m, and sentence; paths f32 [6, 64, 2], m; m/s."""

    off: float
    said: str
    paths: np.ndarray
    v0: float


def answered(nano: Nano, vocabulary: Vocabulary, windows: Windows, items: list[int]) -> dict[int, Answer]:
    random = torch.Generator().manual_seed(0)
    answers = {}
    for i in range(0, len(items), 128):
        some = items[i : i + 128]
        rows = windows.batch(some)
        uniforms = torch.rand(len(some), 6, nano.max_tokens, generator=random)
        noise = torch.randn(len(some), 6, 64, 2, generator=random)
        tokens, _, accel, curvature, *_ = nano.answer(rows, uniforms, noise)
        paths = integrate(accel, curvature, rows["v0"][:, None].expand(-1, 6))
        ades = (paths - rows["future"][:, None]).norm(dim=-1).mean(-1)[:, 0]
        for row, item in enumerate(some):
            said = vocabulary.decode(tokens[row, 0].tolist())
            answers[item] = Answer(ades[row].item(), said, paths[row].numpy(), rows["v0"][row].item())
    return answers


def shown(windows: Windows, item: int, answer: Answer, top: int) -> list[str]:
    row = windows.batch([item])
    paths, v0 = answer.paths, answer.v0
    picture = row["frames"][0, -1].permute(1, 2, 0).numpy()
    future = row["future"][0].numpy()
    drive, _ = windows.items[item]
    about = windows.drives[drive].about
    href = "data:image/png;base64," + base64.b64encode(png(picture)).decode()
    steady = np.stack([np.arange(1, 65) * 0.1 * v0, np.zeros(64)], 1)
    longest = max(20.0, future[:, 0].max(), paths[..., 0].max(), steady[-1, 0])
    widest = max(np.abs(future[:, 1]).max(), np.abs(paths[..., 1]).max())
    scale = min(440 / longest, 40 / widest)
    place = lambda path: " ".join(f"{400 + x * scale:.1f},{top + 108 - y * scale:.1f}" for x, y in path)
    line = lambda path, colour, more="": f'<polyline points="{place(path)}" fill="none" stroke="{colour}" {more}/>'
    return [
        f'<image x="8" y="{top + 8}" width="315" height="128" href="{href}"/>',
        text(340, top + 20, f"{about['weather']}: {about['scenario']}, {about['variant']}, drive {about['number']} at {windows.t0(item) / 10} s: {answer.off:.1f} m off"),
        text(340, top + 38, f"label: {windows.sentence(item)}", INK),
        text(340, top + 54, f"nano: {answer.said}", BLUE),
        line(steady, GREY, 'stroke-dasharray="3 3"'),
        *(line(path, BLUE, 'opacity="0.6"') for path in paths),
        line(future, INK, 'stroke-width="2"'),
    ]


def text(x: float, y: float, words: str, colour: str = GREY) -> str:
    return f'<text x="{x}" y="{y:.1f}" fill="{colour}" {FONT}>{escape(words)}</text>'


def svg(width: int, height: int, parts: list[str]) -> str:
    box = f'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'<svg {box}><rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>\n'


def png(pixels: np.ndarray) -> bytes:
    """PNG of u8 [H, W, 3]."""
    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + np.ascontiguousarray(row).tobytes() for row in pixels)

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


if __name__ == "__main__":
    main()
