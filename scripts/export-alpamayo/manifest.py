"""policy.json of a bundle: what the graph takes and gives, and what the host must do around it."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from graph.builder import OPSET
from graph.policy import ACTIONS, INPUTS, OUTPUTS, TOP_OUTPUTS
from graph.sampling import DecodeSettings
from graph.vision import FrameSize
from model_config import ModelConfig
from prompt import CAMERAS, FRAMES_PER_CAMERA, Prompt

TOKENIZER_FILE = "tokenizer/tokenizer.json"
MANIFEST_FILE = "policy.json"
FRAME_STEP_US = 100_000
#: What runs the graphs of this exporter in the tests; older versions were not tried.
RUNTIME = "1.30.0"
#: A runtime on the CPU has no matrix product in bfloat16.
PROVIDERS = {"fp32": ["cpu", "cuda"], "fp16": ["cpu", "cuda"], "bf16": ["cuda"]}


@dataclass(frozen=True)
class Licence:
    id: str
    url: str | None
    commercial_use: bool
    must_accept: bool


#: Weights of the released checkpoints; what is made of them stays under it.
NVIDIA_NON_COMMERCIAL = Licence(
    id="LicenseRef-NVIDIA-Alpamayo-NonCommercial",
    url="https://huggingface.co/nvidia/Alpamayo-R1-10B",
    commercial_use=False,
    must_accept=True,
)


@dataclass(frozen=True)
class BundleFacts:
    """What policy.json is made of."""

    name: str
    version: str
    description: str
    licence: Licence
    precision: str
    config: ModelConfig
    frame: FrameSize
    decode: DecodeSettings
    prompt: Prompt
    cot_end_id: int
    samples: Sequence[int]
    #: Numbers of windows, or None for any.
    batch_sizes: Sequence[int] | None
    max_batch: int
    rows_independent: bool


def policy_json(facts: BundleFacts, files: Sequence[dict[str, Any]], golden: dict[str, Any] | None) -> dict[str, Any]:
    """The manifest, in the form of `policy-bundle/1`."""
    config, licence, action = facts.config, facts.licence, facts.config.action
    return {
        "schema": "policy-bundle/1",
        "name": facts.name,
        "version": facts.version,
        "description": facts.description,
        "files": list(files),
        "licence": {
            "id": licence.id,
            "url": licence.url,
            "commercialUse": licence.commercial_use,
            "mustAccept": licence.must_accept,
        },
        "runtime": {
            "engine": "onnxruntime",
            "min": RUNTIME,
            "opset": OPSET,
            "providers": PROVIDERS[facts.precision],
        },
        "graph": "policy.onnx",
        "cameras": _cameras(config, facts.frame),
        "inputs": dict(INPUTS),
        "output": {
            "kind": "actions",
            "actions": {"pair": ACTIONS},
            "normalisation": normalisation(config),
        },
        "reasoning": {
            "tokenizer": TOKENIZER_FILE,
            "decode": {
                "maxTokens": facts.decode.max_tokens,
                "temperature": facts.decode.temperature,
                "topP": facts.decode.top_p,
                "endId": facts.decode.end_id,
            },
            # <|cot_start|> stands in the prompt.
            "trace": {"startId": None, "endId": facts.cot_end_id},
            "outputs": OUTPUTS | ({"top": {"k": facts.decode.told, **TOP_OUTPUTS}} if facts.decode.told else {}),
            "prompt": {
                "length": facts.prompt.length,
                "padId": facts.prompt.pad_id,
                "segments": facts.prompt.segments,
            },
        },
        "history": {"steps": config.vocabulary.history_steps, "stepUs": action.step_us},
        "horizon": {"steps": action.steps, "stepUs": action.step_us},
        "samples": list(facts.samples),
        "batch": {
            "sizes": "dynamic" if facts.batch_sizes is None else list(facts.batch_sizes),
            "maxBatch": facts.max_batch,
            "rowsIndependent": facts.rows_independent,
        },
        "golden": golden,
    }


def normalisation(config: ModelConfig) -> dict[str, float]:
    """The constants of the action space; the model holds them as float32."""
    action = config.action
    return {
        "accelMean": float(np.float32(action.accel_mean)),
        "accelStd": float(np.float32(action.accel_std)),
        "curvatureMean": float(np.float32(action.curvature_mean)),
        "curvatureStd": float(np.float32(action.curvature_std)),
    }


def _cameras(config: ModelConfig, frame: FrameSize) -> dict[str, Any]:
    """Four cameras, four frames each; resized as the release's image processor does."""
    factor = config.vision.patch * config.vision.merge
    cameras: dict[str, Any] = {
        "names": list(CAMERAS),
        "frames": {"offsetsUs": [-FRAME_STEP_US * i for i in reversed(range(FRAMES_PER_CAMERA))]},
        "height": frame.height,
        "width": frame.width,
        "resize": "catmull-rom",
        "colour": "rgb",
        "layout": "BNCHW",
        "dtype": "uint8",
    }
    if smart_resize(frame, factor, config.min_pixels, config.max_pixels) == frame:
        cameras["smartResize"] = {"factor": factor, "minPixels": config.min_pixels, "maxPixels": config.max_pixels}
    return cameras


def smart_resize(size: FrameSize, factor: int, min_pixels: int, max_pixels: int) -> FrameSize:
    """The size that the image processor of Qwen2-VL chooses: multiples of `factor`, pixels within the limits."""
    height, width = (round(extent / factor) * factor for extent in (size.height, size.width))
    pixels = size.height * size.width
    if height * width > max_pixels:
        shrink = math.sqrt(pixels / max_pixels)
        height, width = (max(factor, math.floor(e / shrink / factor) * factor) for e in (size.height, size.width))
    elif height * width < min_pixels:
        grow = math.sqrt(min_pixels / pixels)
        height, width = (math.ceil(e * grow / factor) * factor for e in (size.height, size.width))
    return FrameSize(height, width)


def listed(folder: Path, names: Sequence[str]) -> list[dict[str, Any]]:
    """Entries of `files`: path, SHA-256 and size."""
    return [{"path": name, "sha256": _sha256(folder / name), "bytes": (folder / name).stat().st_size} for name in names]


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
