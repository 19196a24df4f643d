"""Writes random bundles to measure with: no checkpoint is read, nothing they say means anything.

usage: bench_model.py OUT [--only decode|prefill]

OUT/decode    a bundle whose prompt cache has 50 MB for 4 windows, and beside it the same language model in stages
              (prefill.onnx, step.onnx, decode.onnx): stepping from outside against the loop in the graph
OUT/prefill   a bundle in which reading the prompt takes most of the time: six samples against one
Names of tensors are in graph/stages.py and in README.md; bench.json beside each policy.json repeats the sizes.
"""

import argparse
import json
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

from bundle import ExportOptions, plan_bundle, write_bundle
from external_data import lay_out, model_of, save_graph, write_weights
from graph.policy import BuiltGraph, PolicyShape
from graph.sampling import DecodeSettings
from graph.stages import build_decode, build_prefill, build_step
from graph.vision import FrameSize
from manifest import Licence
from model_config import ActionConfig, ModelConfig, TextConfig, VisionConfig, VocabularyConfig
from prompt import CAMERAS, FRAMES_PER_CAMERA, token_id
from tensor_names import needed_tensors

BYTE_TOKENS = (
    "<|endoftext|> <|im_start|> <|im_end|> <|vision_start|> <|vision_end|> <|image_pad|> <|traj_history_start|> "
    "<|traj_history_end|> <|cot_start|> <|cot_end|> <|traj_future_start|>"
).split()
_BINS = 1000
_LICENCE = Licence("Apache-2.0", None, commercial_use=True, must_accept=False)


@dataclass(frozen=True)
class BenchModel:
    """Sizes of one model to measure."""

    frame: FrameSize
    text: TextConfig
    expert_hidden: int
    expert_heads: int
    flow_steps: int
    max_tokens: int


def _text(layers: int, hidden: int, heads: int, kv_heads: int, head_dim: int) -> TextConfig:
    half = head_dim // 2
    sides = 5 * half // 16
    section = (half - 2 * sides, sides, sides)
    return TextConfig(layers, hidden, 3 * hidden, heads, kv_heads, head_dim, 1e-6, 5e6, section)


#: 16 images of 48 tokens and 277 ids of text: 1045 slots of 12,288 bytes, times 4 windows.
DECODE = BenchModel(
    FrameSize(96, 128), _text(3, 256, 8, 4, 128), expert_hidden=64, expert_heads=8, flow_steps=2, max_tokens=40
)
#: The same prompt through layers three times as wide.
PREFILL = BenchModel(
    FrameSize(96, 128), _text(6, 768, 12, 2, 64), expert_hidden=128, expert_heads=2, flow_steps=10, max_tokens=16
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", choices=["decode", "prefill"])
    options = parser.parse_args()
    if options.only != "prefill":
        write_decode_model(options.out / "decode")
    if options.only != "decode":
        write_bench_bundle(options.out / "prefill", PREFILL)


def write_decode_model(out: Path, model: BenchModel = DECODE) -> None:
    """The bundle and the stages, all with the same weights."""
    config, source, settings, length = write_bench_bundle(out, model)
    shape = PolicyShape(len(CAMERAS) * FRAMES_PER_CAMERA, model.frame, length)
    stages: list[tuple[str, Callable[[ModelConfig, PolicyShape, DecodeSettings], BuiltGraph]]] = [
        ("prefill", build_prefill),
        ("step", build_step),
        ("decode", build_decode),
    ]
    for name, build in stages:
        built = build(config, shape, settings)
        layout = lay_out(built.weights, stem=name)
        save_graph(model_of(built, layout), out, f"{name}.onnx")
        for _ in write_weights(layout, source, out):
            pass


def write_bench_bundle(out: Path, model: BenchModel) -> tuple[ModelConfig, "RandomTensors", DecodeSettings, int]:
    """A bundle for `drivesweep`, and bench.json with its sizes. Returns what the stages are built of."""
    tokenizer = byte_tokenizer(BYTE_TOKENS, _BINS)
    config = bench_config(model, tokenizer)
    source = RandomTensors(config)
    options = ExportOptions(
        name=f"bench-{out.name}",
        version="1.0.0",
        precision="fp32",
        frame=model.frame,
        max_tokens=model.max_tokens,
        temperature=0.6,
        top_p=0.98,
        told=0,
        navigation_slots=0,
        samples=[1, 6],
        batch_sizes=None,
        max_batch=4,
        licence=_LICENCE,
        chunk=512,
        golden="no",
    )
    plan = plan_bundle(config, tokenizer, options, None)
    write_bundle(plan, source, tokenizer, out, "no", print)
    length = plan.facts.prompt.length
    slot_bytes = 2 * config.text.layers * config.text.kv_heads * config.text.head_dim * 4
    facts = {
        "promptLength": length,
        "images": len(CAMERAS) * FRAMES_PER_CAMERA,
        "frame": asdict(model.frame),
        "layers": config.text.layers,
        "kvHeads": config.text.kv_heads,
        "headDim": config.text.head_dim,
        "hidden": config.text.hidden,
        "vocabulary": config.vocabulary.size,
        "maxTokens": model.max_tokens,
        "waypoints": config.action.steps,
        "cacheBytesPerWindow": length * slot_bytes,
        "bannedFirst": config.vocabulary.bins_first,
        "banned": config.vocabulary.bins,
        "temperature": 0.6,
        "topP": 0.98,
        "endId": config.vocabulary.end_id,
        "padId": plan.facts.prompt.pad_id,
    }
    (out / "bench.json").write_text(json.dumps(facts, indent=2) + "\n")
    return config, source, plan.facts.decode, length


def byte_tokenizer(tokens: list[str], bins: int) -> Tokenizer:
    """Bytes, the special `tokens` that a prompt needs, and the bins of trajectories."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={symbol: i for i, symbol in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in tokens])
    tokenizer.add_tokens([AddedToken(f"<i{bin}>", special=False) for bin in range(bins)])
    return tokenizer


def bench_config(model: BenchModel, tokenizer: Tokenizer) -> ModelConfig:
    text, first = model.text, token_id(tokenizer, "<i0>")
    expert = TextConfig(
        text.layers,
        model.expert_hidden,
        3 * model.expert_hidden,
        model.expert_heads,
        text.kv_heads,
        text.head_dim,
        text.eps,
        text.rope_theta,
        text.mrope_section,
    )
    return ModelConfig(
        variant="r1",
        vision=VisionConfig(4, 128, 256, 4, text.hidden, 8, 2, 2, 256, (0, 1)),
        text=text,
        expert=expert,
        action=ActionConfig(64, 100_000, model.flow_steps, 20, 100.0, 64, 2, 0.03, 0.68, 0.0003, 0.026, False),
        vocabulary=VocabularyConfig(
            size=tokenizer.get_vocab_size(with_added_tokens=True),
            bins_first=first,
            bins=_BINS,
            history_first=first,
            history_bins=_BINS,
            history_min=(-4.0, -4.0, -10.0),
            history_max=(4.0, 4.0, 10.0),
            history_steps=16,
            image_id=token_id(tokenizer, "<|image_pad|>"),
            end_id=token_id(tokenizer, "<|traj_future_start|>"),
        ),
        min_pixels=1,
        max_pixels=1 << 20,
        camera_labels=False,
        frame_labels=False,
        tied_head=False,
    )


class RandomTensors:
    """Weights that depend on their name only; a `TensorSource`."""

    def __init__(self, config: ModelConfig) -> None:
        self._shapes = needed_tensors(config)

    def read(self, name: str) -> np.ndarray:
        shape = self._shapes[name]
        values = np.random.default_rng(zlib.crc32(name.encode())).standard_normal(shape, dtype=np.float32)
        if len(shape) > 1:
            return values / np.float32(np.prod(shape[1:]) ** 0.5)
        return np.ones(shape, np.float32) if name.endswith("weight") else np.zeros(shape, np.float32)


if __name__ == "__main__":
    main()
