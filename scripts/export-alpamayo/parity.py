"""The Python side of parity.mjs: tiny checkpoints, their bundles, and what the plain reference answers.

usage: parity.py FOLDER [--full]

Writes for each variant a checkpoint (`FOLDER/r1`, `FOLDER/1.5`), for each case its bundle made by export.py
(`FOLDER/CASE/bundle`), and what the reference was asked and answered: `case.json` with facts and shapes, and the
tensors beside it as raw little-endian files. `cases.json` lists the cases.
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
CAMERAS, FRAMES = (0, 1, 2, 6), 4
MAX_TOKENS, WAYPOINTS = 16, 64
#: The most likely tokens of each place that are compared.
TOLD = 5
SPEEDS_MPS = (4.0, 8.0, 12.0)
#: Draws come no closer than this to an edge between two tokens: rounding of float32 moves edges by less than 1e-6.
SAFE_MARGIN = 1e-5


@dataclass(frozen=True)
class Case:
    """`navigation` has a text or none for each row of the batch; the seed is of the inputs."""

    name: str
    variant: Variant
    height: int
    width: int
    samples: int
    seed: int
    navigation: tuple[str | None, ...]

    @property
    def image_tokens(self) -> int:
        return self.height * self.width // 32**2


@dataclass(frozen=True)
class Inputs:
    """frames uint8 [B,N,3,H,W], histories float32 [B,16,3], uniforms [B,K,M] and noise [B,K,T,2] float32."""

    frames: np.ndarray
    histories: np.ndarray
    uniforms: np.ndarray
    noise: np.ndarray


TURN = "Turn left onto Main Street in 40m"
#: Seeds keep every draw off the edges, see SAFE_MARGIN. The prompt of the wide one is longer than the 512 slots that
#: the graph asks at a time; the full one is the size of the release.
CASES = (
    Case("r1", "r1", 64, 96, 6, 2, (None, None, None)),
    Case("1.5", "1.5", 64, 96, 6, 1, (None, None, None)),
    Case("1.5-navigation", "1.5", 64, 96, 6, 1, (TURN, None, "Keep straight")),
    Case("1.5-wide", "1.5", 128, 192, 6, 1, (None, TURN)),
)
FULL = (
    Case("r1-full", "r1", 320, 576, 6, 1, (None,)),
    Case("1.5-full", "1.5", 320, 576, 6, 1, (TURN,)),
)


def main() -> None:
    folder, cases = Path(sys.argv[1]), CASES + FULL * ("--full" in sys.argv[2:])
    torch.set_num_threads(1)
    for variant in VARIANTS:
        make_tiny_checkpoint(folder / variant, variant, seed=1)
    for case in cases:
        export(case, folder / case.variant, folder / case.name / "bundle")
        make_case(case, folder / case.variant, folder / case.name)
    (folder / "cases.json").write_text(json.dumps([case.name for case in cases]) + "\n")


def export(case: Case, checkpoint: Path, bundle: Path) -> None:
    """Runs export.py as a person would, in float32; the tokenizer is the base one, which the exporter extends."""
    options: list[str | Path] = [
        checkpoint,
        "--out", bundle,
        "--tokenizer", checkpoint / "vlm" / "tokenizer.json",
        "--precision", "fp32",
        "--frames-size", f"{case.height}x{case.width}",
        "--max-tokens", str(MAX_TOKENS),
        "--top-k", str(TOLD),
        "--samples", f"1,{case.samples}",
        "--batch-sizes", "dynamic",
        "--licence", "CC0-1.0",
        "--golden", "no",
    ]  # fmt: skip
    bundle.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, HERE / "export.py", *options], check=True, stdout=subprocess.DEVNULL)


def inputs(case: Case) -> Inputs:
    """Random pictures and numbers; histories of cars at 4, 8 and 12 m/s on bends."""
    generator = np.random.default_rng(case.seed)
    behind = np.arange(15, -1, -1) * 0.1
    rows, pictures = len(case.navigation), len(CAMERAS) * FRAMES
    histories = [
        np.stack([-speed * behind, 0.3 * (row - 1) * behind**2, 0 * behind], axis=1)
        for row, speed in enumerate(SPEEDS_MPS[:rows])
    ]
    return Inputs(
        generator.integers(0, 256, (rows, pictures, 3, case.height, case.width), dtype=np.uint8),
        np.stack(histories).astype(np.float32),
        generator.random((rows, case.samples, MAX_TOKENS), dtype=np.float32),
        generator.standard_normal((rows, case.samples, WAYPOINTS, 2), dtype=np.float32),
    )


def make_case(case: Case, checkpoint: Path, out: Path) -> None:
    """Rolls the reference out and writes inputs and answers."""
    given = inputs(case)
    manifest = json.loads((out / "bundle" / "policy.json").read_text())["reasoning"]
    plain, padded = prompts(case, given, checkpoint, out / "bundle", manifest)
    reference = load_reference(checkpoint)
    answer = reference.roll_out(given.frames, plain, given.uniforms, given.noise, Decode(MAX_TOKENS, told=TOLD))
    if answer.margin < SAFE_MARGIN:
        raise SystemExit(f"{case.name}: a draw is {answer.margin:.1e} from an edge between tokens: choose another seed")
    tensors = {
        "frames": given.frames,
        "prompt_ids": np.array(padded, np.int64),
        "uniforms": given.uniforms,
        "noise": given.noise,
        "tokens": answer.tokens,
        "logprobs": answer.logprobs,
        "top_ids": answer.top_ids,
        "top_logprobs": answer.top_logprobs,
        "token_counts": answer.counts,
        "actions": answer.actions,
    }
    for name, tensor in tensors.items():
        tensor.tofile(out / f"{name}.bin")
    facts = {
        "endId": reference.end_id,
        "margin": answer.margin,
        "v0Mps": SPEEDS_MPS[: len(padded)],
        "tensors": {name: {"type": tensor.dtype.name, "dims": tensor.shape} for name, tensor in tensors.items()},
    }
    (out / "case.json").write_text(json.dumps(facts) + "\n")


def prompts(
    case: Case, given: Inputs, checkpoint: Path, bundle: Path, manifest: dict[str, Any]
) -> tuple[list[list[int]], list[list[int]]]:
    """Prompts of all rows, plain and as policy.json describes them; without padding they must be the same."""
    tokenizer = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    bundled = Tokenizer.from_file(str(bundle / manifest["tokenizer"]))
    plain, padded = [], []
    for history, text in zip(given.histories, case.navigation, strict=True):
        plain.append(prompt_ids(tokenizer, case.variant, CAMERAS, FRAMES, case.image_tokens, history, text))
        padded.append(padded_ids(manifest["prompt"], bundled, history, text))
        if [token for token in padded[-1] if token != manifest["prompt"]["padId"]] != plain[-1]:
            raise SystemExit(f"{case.name}: the prompt of policy.json is not that of the public code")
    return plain, padded


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


if __name__ == "__main__":
    main()
