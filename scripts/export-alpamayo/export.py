"""Exports a checkpoint of Alpamayo-R1-10B or Alpamayo-1.5-10B as a policy bundle for onnxruntime.

usage: export.py CHECKPOINT --out BUNDLE [--precision bf16] [--accept-licence ID] ...
       export.py --structure-only CONFIG.json --out FOLDER [--prompt-length 3086] ...

Weights stream from the shards to the bundle one at a time. The licence of the released weights is recorded in the
bundle; it must be accepted here and by whoever runs the bundle. README.md says more.
"""

import argparse
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bundle import (
    ExportOptions,
    Plan,
    plan_bundle,
    plan_structure,
    stored_frequencies,
    write_bundle,
    write_structure,
)
from checkpoint import open_checkpoint
from errors import ExportError
from graph.builder import count_nodes
from graph.vision import FrameSize
from graph.weights import PRECISIONS
from manifest import NVIDIA_NON_COMMERCIAL, Licence
from model_config import load_config
from vocabulary import load_tokenizer

#: <|endoftext|> of Qwen3-VL; only used where there is no tokenizer to ask.
_QWEN_PAD = 151643


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    started = time.monotonic()
    try:
        if options.structure_only is not None:
            _structure(options)
        else:
            _export(options)
    except ExportError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(f"{time.monotonic() - started:.0f} s, at most {peak / 1e9:.2f} GB of host memory")
    return 0


def _export(options: argparse.Namespace) -> None:
    if options.checkpoint is None:
        raise ExportError("which checkpoint?", "export.py CHECKPOINT --out BUNDLE")
    licence = _licence(options)
    checkpoint = open_checkpoint(options.checkpoint, options.vlm)
    tokenizer = load_tokenizer(checkpoint.config, options.checkpoint, options.tokenizer)
    plan = plan_bundle(checkpoint.config, tokenizer, _export_options(options, licence), stored_frequencies(checkpoint))
    _describe(plan)
    write_bundle(plan, checkpoint, tokenizer, options.out, options.golden, print)
    print(f"wrote {options.out}")


def _structure(options: argparse.Namespace) -> None:
    config = load_config(options.structure_only, options.vlm)
    licence = NVIDIA_NON_COMMERCIAL
    plan = plan_structure(config, _export_options(options, licence), options.prompt_length, _QWEN_PAD)
    _describe(plan)
    write_structure(plan, options.out)
    print(f"wrote the structure to {options.out}: all values are holes that read as zero")


def _licence(options: argparse.Namespace) -> Licence:
    """That of the released weights unless another is named; it must be accepted before anything is read."""
    if options.licence is not None:
        return Licence(options.licence, None, commercial_use=True, must_accept=False)
    licence = NVIDIA_NON_COMMERCIAL
    if options.accept_licence != licence.id:
        raise ExportError(
            f"the released weights are for non-commercial use under {licence.id} ({licence.url})",
            f"if you have accepted it, say so with --accept-licence {licence.id}; "
            "for weights of your own, name theirs with --licence",
        )
    return licence


def _export_options(options: argparse.Namespace, licence: Licence) -> ExportOptions:
    sizes = options.batch_sizes
    return ExportOptions(
        name=options.name,
        version=options.bundle_version,
        precision=options.precision,
        frame=options.frames_size,
        max_tokens=options.max_tokens,
        temperature=options.temperature,
        top_p=options.top_p,
        told=options.top_k,
        navigation_slots=options.navigation_slots,
        samples=options.samples,
        batch_sizes=sizes,
        max_batch=max(sizes) if sizes else options.max_batch,
        licence=licence,
        chunk=options.attention_chunk,
        golden=options.golden,
    )


def _describe(plan: Plan) -> None:
    """Counts, shapes and sizes of what will be written."""
    nodes, kinds = count_nodes(plan.model.graph)
    common = sorted(kinds.items(), key=lambda one: -one[1])
    print(f"{nodes} nodes: {', '.join(f'{count} {kind}' for kind, count in common[:8])} ...")
    for title, values in (("input", plan.model.graph.input), ("output", plan.model.graph.output)):
        for value in values:
            dims = ", ".join(dim.dim_param or str(dim.dim_value) for dim in value.type.tensor_type.shape.dim)
            print(f"{title:7}{value.name} [{dims}]")
    layout = plan.layout
    largest = max(layout.places, key=lambda place: place.weight.nbytes).weight
    print(f"{len(layout.places)} weights, {layout.total / 1e9:.2f} GB in {len(layout.files)} files")
    print(f"largest: {largest.name} {list(largest.shape)}, {largest.nbytes / 1e9:.2f} GB")
    for name, size in layout.files.items():
        print(f"  {name} {size} bytes")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, usage=argparse.SUPPRESS
    )
    add = parser.add_argument
    add("checkpoint", type=Path, nargs="?", help="folder with config.json, the index and the shards")
    add("--out", type=Path, required=True, help="folder to write; it must not hold anything yet")
    add("--structure-only", type=Path, metavar="CONFIG", help="build the graph of a config.json, without weights")
    add("--prompt-length", type=_positive, default=3086, help="with --structure-only: slots of the prompt")
    add("--vlm", type=Path, metavar="FOLDER", help="folder with the config.json of the Qwen3-VL underneath")
    add("--tokenizer", type=Path, metavar="PATH", help="tokenizer.json of the checkpoint, or of its Qwen3-VL")
    add("--precision", choices=list(PRECISIONS), default="bf16")
    add("--frames-size", type=_frame_size, default=FrameSize(320, 576), metavar="HxW")
    add("--max-tokens", type=_positive, default=256, help="longest text of a sample")
    add("--temperature", type=_above_zero, default=0.6)
    add("--top-p", type=_share, default=0.98)
    add("--top-k", type=_not_negative, default=0, help="tell the k most likely tokens of each place; draws the same")
    add("--navigation-slots", type=_not_negative, default=32, help="1.5 only: slots kept for a navigation text")
    add("--samples", type=_numbers, default=[1, 6, 16], metavar="K,K,...")
    add("--batch-sizes", type=_sizes, default=[1, 2, 4], metavar="B,B,...", help='or "dynamic"')
    add("--max-batch", type=_positive, default=4, help="with --batch-sizes dynamic")
    add("--attention-chunk", type=_positive, default=512, help="slots of the prompt that ask at a time")
    add("--golden", choices=["auto", "yes", "no"], default="auto", help="run one window here and record the answer")
    add("--name", help="name of the bundle")
    add("--bundle-version", default="1.0.0")
    add("--accept-licence", metavar="ID", help="licence of the released weights that you have accepted")
    add("--licence", metavar="ID", help="SPDX id of weights that are not NVIDIA's, such as random ones")
    return parser


def _frame_size(text: str) -> FrameSize:
    height, cross, width = text.partition("x")
    if not cross:
        raise argparse.ArgumentTypeError(f"{text!r} is not HEIGHTxWIDTH")
    return FrameSize(_positive(height), _positive(width))


def _numbers(text: str) -> list[int]:
    numbers = [_positive(part) for part in text.split(",")]
    if sorted(set(numbers)) != numbers:
        raise argparse.ArgumentTypeError(f"{text!r} does not rise")
    return numbers


def _sizes(text: str) -> list[int] | None:
    return None if text == "dynamic" else _numbers(text)


def _positive(text: str) -> int:
    number = _not_negative(text)
    if number == 0:
        raise argparse.ArgumentTypeError("must be above 0")
    return number


def _not_negative(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def _above_zero(text: str) -> float:
    number = float(text)
    if not number > 0:
        raise argparse.ArgumentTypeError("must be above 0")
    return number


def _share(text: str) -> float:
    number = _above_zero(text)
    if number > 1:
        raise argparse.ArgumentTypeError("must be at most 1")
    return number


if __name__ == "__main__":
    sys.exit(main())
