"""Pictures for docs/nano.md: the curves of training, and windows that nano gets wrong, with what it saw.

usage: python figures.py DATA_FOLDER TRAINED_FOLDER DOCS_FOLDER
"""

import base64
import json
import struct
import sys
import zlib
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import torch

from evaluate import SPLITS
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
    random = torch.Generator().manual_seed(0)
    off, answers = [], {}
    for i in range(0, len(windows), 128 * EVERY):
        items = list(range(i, min(i + 128 * EVERY, len(windows)), EVERY))
        rows = windows.batch(items)
        uniforms = torch.rand(len(items), 6, nano.max_tokens, generator=random)
        noise = torch.randn(len(items), 6, 64, 2, generator=random)
        tokens, _, accel, curvature = nano.answer(rows, uniforms, noise)
        paths = integrate(accel, curvature, rows["v0"][:, None].expand(-1, 6))
        ades = (paths - rows["future"][:, None]).norm(dim=-1).mean(-1)[:, 0]
        for row, item in enumerate(items):
            off.append((ades[row].item(), item))
            answers[item] = (vocabulary.decode(tokens[row, 0].tolist()), paths[row].numpy(), rows["v0"][row].item())
    parts, drives, scenarios = [], set(), {}
    for ade, item in sorted(off, reverse=True):
        drive, scenario = windows.items[item][0], windows.fact(item, "scenario")
        if drive in drives or scenarios.get(scenario, 0) == 2 or len(drives) == WORST:
            continue
        drives.add(drive)
        scenarios[scenario] = scenarios.get(scenario, 0) + 1
        parts += mistake(windows, item, ade, *answers[item], 150 * (len(drives) - 1))
    return svg(860, 150 * len(drives), parts)


def mistake(windows: Windows, item: int, ade: float, said: str, paths: np.ndarray, v0: float, top: int) -> list[str]:
    row = windows.batch([item])
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
        text(340, top + 20, f"{about['scenario']}, {about['variant']}, drive {about['number']} at {windows.t0(item) / 10} s: {ade:.1f} m off"),
        text(340, top + 38, f"label: {windows.sentence(item)}", INK),
        text(340, top + 54, f"nano: {said}", BLUE),
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
