"""The Python side of parity.mjs: tiny checkpoints, their bundles, and what the plain reference answers.

usage: parity.py FOLDER

Writes for each variant a checkpoint (`FOLDER/r1`, `FOLDER/1.5`), its bundle made by export.py (`FOLDER/r1-bundle`), and
a case: `case.json` with shapes and the reference's counts, and the tensors beside it as raw little-endian files.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from reference.configs import VARIANTS, Variant
from reference.make_tiny_checkpoint import make_tiny_checkpoint
from reference.model import Decode, load_reference
from reference.prompt import history_bins, prompt_ids

HERE = Path(__file__).parent
HEIGHT, WIDTH = 64, 96
CAMERAS, FRAMES = (0, 1, 2, 6), 4
IMAGE_TOKENS = HEIGHT * WIDTH // 32**2
BATCH, SAMPLES, MAX_TOKENS, WAYPOINTS = 3, 6, 16, 64
#: Draws come no closer than this to an edge between two tokens: rounding of float32 moves edges by less than 1e-6.
SAFE_MARGIN = 1e-5


@dataclass(frozen=True)
class Inputs:
    """frames uint8 [B,N,3,H,W], histories float32 [B,16,3], a text or none for each row, uniforms and noise."""

    frames: np.ndarray
    histories: np.ndarray
    navigation: tuple[str | None, ...]
    uniforms: np.ndarray
    noise: np.ndarray


#: (name, variant, seed of the inputs, texts): each seed keeps every draw off the edges, see SAFE_MARGIN.
CASES: tuple[tuple[str, Variant, int, tuple[str | None, ...]], ...] = (
    ("r1", "r1", 2, (None,) * BATCH),
    ("1.5", "1.5", 1, (None,) * BATCH),
    ("1.5-navigation", "1.5", 1, ("Turn left onto Main Street in 40m", None, "Keep straight")),
)


def main() -> None:
    folder = Path(sys.argv[1])
    torch.set_num_threads(1)
    for variant in VARIANTS:
        make_tiny_checkpoint(folder / variant, variant, seed=1)
        export(folder / variant, folder / f"{variant}-bundle")
    for name, variant, seed, navigation in CASES:
        make_case(folder / name, folder / variant, folder / f"{variant}-bundle", variant, inputs(seed, navigation))


def export(checkpoint: Path, bundle: Path) -> None:
    """Runs export.py as a person would, in float32; the tokenizer is the base one, which the exporter extends."""
    options: list[str | Path] = [
        checkpoint,
        "--out", bundle,
        "--tokenizer", checkpoint / "vlm" / "tokenizer.json",
        "--precision", "fp32",
        "--frames-size", f"{HEIGHT}x{WIDTH}",
        "--max-tokens", str(MAX_TOKENS),
        "--samples", f"1,{SAMPLES}",
        "--batch-sizes", "dynamic",
        "--licence", "CC0-1.0",
    ]  # fmt: skip
    subprocess.run([sys.executable, HERE / "export.py", *options], check=True)


def inputs(seed: int, navigation: tuple[str | None, ...]) -> Inputs:
    """Random pictures and numbers; histories of cars at 4, 8 and 12 m/s on bends."""
    generator = np.random.default_rng(seed)
    behind = np.arange(15, -1, -1) * 0.1
    histories = [
        np.stack([-speed * behind, 0.3 * (row - 1) * behind**2, 0 * behind], axis=1)
        for row, speed in enumerate((4.0, 8.0, 12.0))
    ]
    pictures = len(CAMERAS) * FRAMES
    return Inputs(
        generator.integers(0, 256, (BATCH, pictures, 3, HEIGHT, WIDTH), dtype=np.uint8),
        np.stack(histories).astype(np.float32),
        navigation,
        generator.random((BATCH, SAMPLES, MAX_TOKENS), dtype=np.float32),
        generator.standard_normal((BATCH, SAMPLES, WAYPOINTS, 2), dtype=np.float32),
    )


def make_case(out: Path, checkpoint: Path, bundle: Path, variant: Variant, given: Inputs) -> None:
    """Rolls the reference out and writes inputs and answers."""
    manifest = json.loads((bundle / "policy.json").read_text())
    tokenizer = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    plain = [
        prompt_ids(tokenizer, variant, CAMERAS, FRAMES, IMAGE_TOKENS, history, text)
        for history, text in zip(given.histories, given.navigation, strict=True)
    ]
    bundled = Tokenizer.from_file(str(bundle / manifest["reasoning"]["tokenizer"]))
    padded = [
        padded_ids(manifest["reasoning"]["prompt"], bundled, history, text)
        for history, text in zip(given.histories, given.navigation, strict=True)
    ]
    pad = manifest["reasoning"]["prompt"]["padId"]
    for row, (short, long) in enumerate(zip(plain, padded, strict=True)):
        if [token for token in long if token != pad] != short:
            raise SystemExit(f"{bundle}: row {row}: the prompt of policy.json is not that of the public code")

    reference = load_reference(checkpoint)
    answer = reference.roll_out(given.frames, plain, given.uniforms, given.noise, Decode(MAX_TOKENS))
    if answer.margin < SAFE_MARGIN:
        raise SystemExit(f"{out.name}: a draw is {answer.margin:.1e} from an edge between tokens: choose another seed")
    _write(
        out,
        {
            "frames": given.frames,
            "prompt_ids": np.array(padded, np.int64),
            "uniforms": given.uniforms,
            "noise": given.noise,
            "tokens": answer.tokens,
            "logprobs": answer.logprobs,
            "token_counts": answer.counts,
            "actions": answer.actions,
            "histories": given.histories,
        },
        {"bundle": bundle.name, "endId": reference.end_id, "margin": answer.margin, "navigation": given.navigation},
    )


def padded_ids(prompt: dict[str, Any], tokenizer: Tokenizer, history: np.ndarray, text: str | None) -> list[int]:
    """The prompt as policy.json describes it, `prompt["length"]` ids with padding."""
    ids: list[int] = []
    for segment in prompt["segments"]:
        match segment["kind"]:
            case "text":
                ids += tokenizer.encode(segment["text"], add_special_tokens=False).ids
            case "image":
                ids += [segment["id"]] * segment["tokens"]
            case "history":
                ids += (history_bins(history) + segment["firstId"]).tolist()
            case "navigation":
                said = "" if text is None else segment["before"] + text + segment["after"]
                spoken = tokenizer.encode(said, add_special_tokens=False).ids
                ids += spoken + [prompt["padId"]] * (segment["maxTokens"] - len(spoken))
    if len(ids) != prompt["length"]:
        raise SystemExit(f"the prompt of policy.json comes to {len(ids)} ids, it says {prompt['length']}")
    return ids


def _write(out: Path, tensors: dict[str, np.ndarray], facts: dict[str, Any]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name, tensor in tensors.items():
        tensor.tofile(out / f"{name}.bin")
    described = {name: {"type": tensor.dtype.name, "dims": tensor.shape} for name, tensor in tensors.items()}
    (out / "case.json").write_text(json.dumps({**facts, "tensors": described}) + "\n")


if __name__ == "__main__":
    main()
