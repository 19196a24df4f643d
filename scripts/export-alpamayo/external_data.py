"""Writes a graph and its weights: policy.onnx, and files of weights below 2 GB beside it.

The layout is known before any value is, so values stream from the checkpoint to their place one weight at a time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import onnx
from onnx import ModelProto, StringStringEntryProto, TensorProto, helper

from errors import ExportError
from graph.builder import IR_VERSION, OPSET
from graph.policy import BuiltGraph
from graph.weights import TensorSource, Weight

#: Below 2 GiB for file systems, stores and readers that count in 32 bits.
MAX_FILE_BYTES = 1_990_000_000
#: Weights begin at pages, so that a runtime may map them into memory.
_ALIGNMENT = 4096
GRAPH_FILE = "policy.onnx"


@dataclass(frozen=True)
class Place:
    """Where a weight lies."""

    weight: Weight
    file: str
    offset: int


@dataclass(frozen=True)
class Layout:
    places: list[Place]
    #: Bytes of every file, by name, in order.
    files: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.files.values())


def lay_out(weights: Mapping[str, Weight], stem: str = "weights") -> Layout:
    """Puts weights into files in the order in which the graph names them."""
    spots: list[tuple[Weight, int, int]] = []
    file, offset, sizes = 0, 0, []
    for weight in weights.values():
        start = -(-offset // _ALIGNMENT) * _ALIGNMENT
        if weight.nbytes > MAX_FILE_BYTES:
            raise AssertionError(f"{weight.name} has {weight.nbytes} bytes: cut it where it is declared")
        if offset and start + weight.nbytes > MAX_FILE_BYTES:
            sizes.append(offset)
            file, start = file + 1, 0
        spots.append((weight, file, start))
        offset = start + weight.nbytes
    sizes.append(offset)
    names = [f"{stem}-{number:05d}-of-{len(sizes):05d}.bin" for number in range(1, len(sizes) + 1)]
    return Layout(
        [Place(weight, names[which], start) for weight, which, start in spots],
        dict(zip(names, sizes, strict=True)),
    )


def model_of(built: BuiltGraph, layout: Layout) -> ModelProto:
    """The model with its weights declared as external data."""
    for place in layout.places:
        built.graph.initializer.append(_declared(place))
    return helper.make_model(
        built.graph,
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="drivesweep export-alpamayo",
    )


def _declared(place: Place) -> TensorProto:
    tensor = TensorProto(
        name=place.weight.name,
        dims=place.weight.shape,
        data_type=place.weight.onnx_type,
        data_location=TensorProto.EXTERNAL,
    )
    entries = {"location": place.file, "offset": place.offset, "length": place.weight.nbytes}
    tensor.external_data.extend(StringStringEntryProto(key=key, value=str(value)) for key, value in entries.items())
    return tensor


def save_graph(model: ModelProto, folder: Path, file: str = GRAPH_FILE) -> None:
    """Writes the graph without values of weights."""
    try:
        (folder / file).write_bytes(model.SerializeToString())
    except ValueError as why:  # protobuf beyond 2 GiB
        raise ExportError(f"the graph itself is too large to store: {why}") from None


def write_weights(layout: Layout, source: TensorSource, folder: Path) -> Iterator[Place]:
    """Writes all files, yielding each weight after it is written; holds one weight at a time."""
    allocate(layout, folder)
    for place in layout.places:
        values = place.weight.values(source)
        with (folder / place.file).open("r+b") as stream:
            stream.seek(place.offset)
            values.tofile(stream)
        yield place


def allocate(layout: Layout, folder: Path) -> None:
    """Files of the right size, all holes: they read as zeros and take no room on a disk that knows holes."""
    for name, size in layout.files.items():
        with (folder / name).open("wb") as stream:
            stream.truncate(size)


def check_model(folder: Path, file: str = GRAPH_FILE) -> None:
    """Runs the ONNX checker over the stored graph, which follows the external data too."""
    onnx.checker.check_model(str(folder / file), full_check=False)
