"""Measures what the image processor of Qwen3-VL does to pictures, as fixtures for the tests of the host.

usage: python -m reference.measure_preprocessing OUT

Writes `resize.json` (sampled pixels of resized synthetic pictures: torchvision's uint8 path and its float path, both
bicubic with antialias, as `Qwen2VLImageProcessorFast` calls it), the small results whole as raw planes, and
`smart-resize.json`. Inputs are a formula of whole numbers, so that a test needs no picture file.
"""

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torchvision
import transformers
from PIL import Image
from torchvision.transforms.v2 import functional
from transformers.models.qwen2_vl.image_processing_qwen2_vl import smart_resize
from transformers.models.qwen2_vl.image_processing_qwen2_vl_fast import Qwen2VLImageProcessorFast

FACTOR, MIN_PIXELS, MAX_PIXELS = 32, 163_840, 196_608
#: (kind of picture, height x width before, height x width after)
CASES = (
    ("gradient", (270, 480), (96, 160)),
    ("noise", (270, 480), (96, 160)),
    ("noise", (50, 70), (64, 96)),
    ("noise", (97, 61), (32, 64)),
    ("gradient", (1080, 1920), (320, 576)),
    ("noise", (1080, 1920), (320, 576)),
)
WHOLE_BELOW = 20_000
SAMPLES = 240
SIZES = (
    (1080, 1920), (1920, 1080), (720, 1280), (900, 1600), (1200, 1920), (2160, 3840), (270, 480), (320, 576), (376, 1241),
    (480, 640), (512, 512), (64, 160), (600, 600), (443, 444), (405, 405), (1280, 1920), (886, 1920), (100, 3000),
    (1440, 1080), (384, 512),
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    versions = {
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
        "transformers": transformers.__version__,
    }
    cases = [_measure(out, *case) for case in CASES]
    (out / "resize.json").write_text(json.dumps({"versions": versions, "cases": cases}) + "\n")
    sizes = [
        {"height": h, "width": w, "expected": list(smart_resize(h, w, FACTOR, MIN_PIXELS, MAX_PIXELS))}
        for h, w in SIZES
    ]
    limits = {"factor": FACTOR, "minPixels": MIN_PIXELS, "maxPixels": MAX_PIXELS}
    (out / "smart-resize.json").write_text(json.dumps({**limits, "sizes": sizes}, indent=1) + "\n")


def picture(kind: str, height: int, width: int) -> np.ndarray:
    """uint8 [3, height, width] from whole numbers: hashed noise, or two gradients with a little of that noise."""
    c, y, x = np.meshgrid(
        np.arange(3, dtype=np.uint64),
        np.arange(height, dtype=np.uint64),
        np.arange(width, dtype=np.uint64),
        indexing="ij",
    )
    h = (x * 374761393 + y * 668265263 + c * 2246822519) & 0xFFFFFFFF
    h = ((h ^ (h >> np.uint64(13))) * 1274126177) & 0xFFFFFFFF
    noise = (h ^ (h >> np.uint64(16))) & 255
    if kind == "noise":
        return noise.astype(np.uint8)
    gradient = (x * 200) // width + (y * 40) // height + c * 4 + noise // 32
    return np.minimum(gradient, 255).astype(np.uint8)


def processor() -> Qwen2VLImageProcessorFast:
    """The processor of Alpamayo's `helper.get_processor`: Qwen3-VL's numbers with the pixel limits of the release."""
    return Qwen2VLImageProcessorFast(
        patch_size=16,
        temporal_patch_size=2,
        merge_size=2,
        image_mean=[0.5] * 3,
        image_std=[0.5] * 3,
        min_pixels=MIN_PIXELS,
        max_pixels=MAX_PIXELS,
    )


def unpatch(pixel_values: torch.Tensor, grid: tuple[int, int, int]) -> torch.Tensor:
    """[patches, 1536] as the vision tower reads them -> the normalised picture [3, height, width] of the first time."""
    _, rows, columns = grid
    cut = pixel_values.reshape(rows // 2, columns // 2, 2, 2, 3, 2, 16, 16)[:, :, :, :, :, 0]
    return cut.permute(4, 0, 2, 5, 1, 3, 6).reshape(3, rows * 16, columns * 16)


def _measure(out: Path, kind: str, before: tuple[int, int], after: tuple[int, int]) -> dict[str, Any]:
    source = picture(kind, *before)
    tensor = torch.from_numpy(source)
    bicubic = {"interpolation": functional.InterpolationMode.BICUBIC, "antialias": True}
    whole = functional.resize(tensor, list(after), **bicubic)
    real = functional.resize(tensor.float() / 255, list(after), **bicubic)
    pillow = np.asarray(
        Image.fromarray(source.transpose(1, 2, 0)).resize(after[::-1], Image.Resampling.BICUBIC)
    ).transpose(2, 0, 1)
    rounded = (real * 255).round().clamp(0, 255).to(torch.uint8)
    places = np.random.default_rng(1).integers(0, whole.numel(), SAMPLES)
    name = f"{kind}-{before[0]}x{before[1]}-{after[0]}x{after[1]}"
    case: dict[str, Any] = {
        "name": name,
        "picture": kind,
        "before": list(before),
        "after": list(after),
        "inputSha256": _sha256(source),
        "uint8Sha256": _sha256(whole.numpy()),
        "index": places.tolist(),
        "uint8": whole.flatten()[places].tolist(),
        "float": real.flatten()[places].tolist(),
        "differences": {
            "uint8VersusPillow": _histogram(whole.numpy(), pillow),
            "uint8VersusRoundedFloat": _histogram(whole.numpy(), rounded.numpy()),
        },
    }
    if whole.numel() < WHOLE_BELOW:
        case["uint8File"] = f"{name}.u8"
        (out / f"{name}.u8").write_bytes(whole.numpy().tobytes())
    if smart_resize(*before, FACTOR, MIN_PIXELS, MAX_PIXELS) == after:
        case["processor"] = _processor_agrees(tensor, whole, real)
    return case


def _processor_agrees(tensor: torch.Tensor, whole: torch.Tensor, real: torch.Tensor) -> dict[str, Any]:
    """Runs the whole processor both ways of the public code and compares with the plain resize, normalised."""
    uint8 = processor()(images=[tensor], return_tensors="pt")
    floats = processor()(images=[tensor.float() / 255], do_rescale=False, return_tensors="pt")
    grid = tuple(uint8["image_grid_thw"][0].tolist())
    return {
        "grid": list(grid),
        "uint8": float((unpatch(uint8["pixel_values"], grid) - (whole.float() / 255 - 0.5) / 0.5).abs().max()),
        "float": float((unpatch(floats["pixel_values"], grid) - (real - 0.5) / 0.5).abs().max()),
    }


def _histogram(left: np.ndarray, right: np.ndarray) -> dict[str, int]:
    """How many values differ by how much."""
    sizes, counts = np.unique(np.abs(left.astype(int) - right.astype(int)), return_counts=True)
    return {str(size): int(count) for size, count in zip(sizes, counts, strict=True)}


def _sha256(values: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()


if __name__ == "__main__":
    main()
