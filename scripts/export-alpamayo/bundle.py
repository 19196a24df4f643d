"""From an opened checkpoint to a bundle: plan, graph, weights, tokenizer, golden case, policy.json."""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import ml_dtypes
import numpy as np
from onnx import ModelProto
from tokenizers import Tokenizer

from checkpoint import Checkpoint
from errors import ExportError
from external_data import GRAPH_FILE, Layout, allocate, check_model, lay_out, model_of, save_graph, write_weights
from golden import TOLERANCES, write_golden
from graph.builder import FLOAT
from graph.expert import fourier_frequencies
from graph.policy import PolicyShape, build_policy
from graph.sampling import DecodeSettings
from graph.vision import FrameSize
from graph.weights import PRECISIONS, TensorSource
from manifest import MANIFEST_FILE, TOKENIZER_FILE, BundleFacts, Licence, listed, policy_json
from model_config import ModelConfig
from prompt import CAMERAS, FRAMES_PER_CAMERA, Prompt, build_prompt, token_id
from tensor_names import FREQUENCIES

#: Room for the graph, the tokenizer and the golden case beside the weights.
_SPARE_BYTES = 100_000_000
#: A bundle of more weights than this is not run on the CPU just to write down a golden case.
_GOLDEN_BYTES = 2_000_000_000
GoldenChoice = Literal["auto", "yes", "no"]


@dataclass(frozen=True)
class ExportOptions:
    name: str | None
    version: str
    precision: str
    frame: FrameSize
    max_tokens: int
    temperature: float
    top_p: float
    #: The most likely tokens that are told of each place; none when 0.
    told: int
    navigation_slots: int
    samples: Sequence[int]
    batch_sizes: Sequence[int] | None
    max_batch: int
    licence: Licence
    chunk: int
    golden: GoldenChoice


@dataclass(frozen=True)
class Plan:
    """Everything that is decided before the first byte is written."""

    facts: BundleFacts
    model: ModelProto
    layout: Layout


def plan_bundle(
    config: ModelConfig,
    tokenizer: Tokenizer,
    options: ExportOptions,
    stored_frequencies: np.ndarray | None,
) -> Plan:
    """Builds prompt and graph for a configuration. Reads no weights."""
    require_frame(options.frame, config)
    images = len(CAMERAS) * FRAMES_PER_CAMERA
    prompt = build_prompt(
        config, tokenizer, options.frame.tokens(config.vision), navigation_slots=options.navigation_slots
    )
    return _plan(config, options, prompt, images, token_id(tokenizer, "<|cot_end|>"), stored_frequencies)


def plan_structure(config: ModelConfig, options: ExportOptions, prompt_length: int, pad_id: int) -> Plan:
    """The same graph without a tokenizer, for a prompt of a given length."""
    require_frame(options.frame, config)
    prompt = Prompt(prompt_length, pad_id, [])
    return _plan(config, options, prompt, len(CAMERAS) * FRAMES_PER_CAMERA, 0, None)


def _plan(
    config: ModelConfig,
    options: ExportOptions,
    prompt: Prompt,
    images: int,
    cot_end_id: int,
    stored_frequencies: np.ndarray | None,
) -> Plan:
    vocabulary, onnx_type = config.vocabulary, PRECISIONS[options.precision][0]
    if options.told > vocabulary.size - vocabulary.bins:
        raise ExportError(
            f"--top-k {options.told}: only {vocabulary.size - vocabulary.bins} tokens can be drawn",
            "tell fewer",
        )
    decode = DecodeSettings(
        options.max_tokens,
        options.temperature,
        options.top_p,
        vocabulary.end_id,
        prompt.pad_id,
        vocabulary.bins_first,
        vocabulary.bins,
        options.told,
    )
    built = build_policy(
        config,
        PolicyShape(images, options.frame, prompt.length, options.chunk),
        decode,
        fourier_frequencies(config.action, stored_frequencies, np.dtype(ml_dtypes.bfloat16)),
        compute_type=onnx_type,
        # Only the CPU keeps its promise of bits, and it works in float32.
        steady_sums=onnx_type == FLOAT,
    )
    layout = lay_out(built.weights)
    facts = BundleFacts(
        name=options.name or ("alpamayo-r1-10b" if config.variant == "r1" else "alpamayo-1.5-10b"),
        version=options.version,
        description=f"Alpamayo {config.variant} in {options.precision}, exported by scripts/export-alpamayo.",
        licence=options.licence,
        precision=options.precision,
        config=config,
        frame=options.frame,
        decode=decode,
        prompt=prompt,
        cot_end_id=cot_end_id,
        samples=options.samples,
        batch_sizes=options.batch_sizes,
        max_batch=options.max_batch,
        rows_independent=onnx_type == FLOAT,
    )
    return Plan(facts, model_of(built, layout), layout)


def require_frame(frame: FrameSize, config: ModelConfig) -> None:
    factor = config.vision.patch * config.vision.merge
    if frame.height % factor or frame.width % factor:
        raise ExportError(
            f"frames of {frame.height}x{frame.width}: height and width must be multiples of {factor}",
            "the releases use 320x576",
        )


def write_bundle(
    plan: Plan, source: TensorSource, tokenizer: Tokenizer, out: Path, golden: GoldenChoice, say: Callable[[str], None]
) -> None:
    """Writes the bundle beside its place and moves it there when it is whole."""
    require_empty(out)
    require_room(out, plan.layout.total)
    partial = out.with_name(f"{out.name}.partial")
    if partial.exists():
        shutil.rmtree(partial)
    partial.mkdir(parents=True)
    written = _write_graph(plan, source, partial, say)
    (partial / TOKENIZER_FILE).parent.mkdir()
    tokenizer.save(str(partial / TOKENIZER_FILE), pretty=False)
    written.append(TOKENIZER_FILE)
    golden_entry = None
    if wants_golden(golden, plan):
        say("running the golden case on the CPU")
        written += write_golden(partial, partial / GRAPH_FILE, plan.facts, tokenizer)
        golden_entry = {"file": written[-2], "tolerances": TOLERANCES}
    else:
        say("no golden case: the bundle is too large, or of a precision that the CPU does not run")
    say("hashing")
    manifest = policy_json(plan.facts, listed(partial, written), golden_entry)
    (partial / MANIFEST_FILE).write_text(json.dumps(manifest, indent=2) + "\n")
    if out.exists():
        out.rmdir()
    partial.rename(out)


def _write_graph(plan: Plan, source: TensorSource, folder: Path, say: Callable[[str], None]) -> list[str]:
    save_graph(plan.model, folder)
    done, file = 0, ""
    for place in write_weights(plan.layout, source, folder):
        if place.file != file:
            file = place.file
            say(f"{done / 1e9:.2f} of {plan.layout.total / 1e9:.2f} GB of weights; writing {file}")
        done += place.weight.nbytes
    check_model(folder)
    return [GRAPH_FILE, *plan.layout.files]


def write_structure(plan: Plan, out: Path) -> None:
    """The graph, and files of weights that are holes: everything but the values."""
    require_empty(out)
    out.mkdir(parents=True, exist_ok=True)
    save_graph(plan.model, out)
    allocate(plan.layout, out)
    check_model(out)


def wants_golden(choice: GoldenChoice, plan: Plan) -> bool:
    runs = plan.facts.precision != "bf16"
    if choice == "yes" and not runs:
        raise ExportError("the CPU does not run bf16, so there can be no golden case", "leave out --golden yes")
    return runs and (choice == "yes" or (choice == "auto" and plan.layout.total <= _GOLDEN_BYTES))


def require_empty(out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ExportError(f"{out} is there already", "remove it, or choose another --out")


def require_room(out: Path, weights: int) -> None:
    parent = next(folder for folder in out.absolute().parents if folder.exists())
    free, needed = shutil.disk_usage(parent).free, weights + _SPARE_BYTES
    if free < needed:
        raise ExportError(
            f"{parent} has {free / 1e9:.1f} GB free, the bundle takes {needed / 1e9:.1f} GB",
            "make room, choose another --out, or a smaller --precision",
        )


def stored_frequencies(checkpoint: Checkpoint) -> np.ndarray | None:
    """The frequencies of the Fourier features, where the checkpoint stores them."""
    return checkpoint.read(FREQUENCIES) if checkpoint.has(FREQUENCIES) else None
