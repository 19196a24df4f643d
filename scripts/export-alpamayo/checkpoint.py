"""A checkpoint folder in the Hugging Face layout: config.json, the index, and shards in safetensors.

Tensors are read one at a time, straight from their place in the shard, in the type they are stored in.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import ml_dtypes
import numpy as np

from errors import ExportError
from model_config import ModelConfig, load_config, read_json
from tensor_names import check_names, check_shapes

INDEX = "model.safetensors.index.json"
SINGLE = "model.safetensors"
_TYPES = {
    "BF16": np.dtype(ml_dtypes.bfloat16),
    "F16": np.dtype(np.float16),
    "F32": np.dtype(np.float32),
}
#: The format allows no header longer than this.
_MOST_HEADER_BYTES = 100_000_000


@dataclass(frozen=True)
class StoredTensor:
    """Where a tensor lies."""

    file: Path
    offset: int
    dtype: np.dtype
    shape: tuple[int, ...]

    def read(self) -> np.ndarray:
        count = int(np.prod(self.shape, dtype=np.int64))
        return np.fromfile(self.file, self.dtype, count, offset=self.offset).reshape(self.shape)


class Checkpoint:
    """Tensors by name; a `TensorSource`."""

    def __init__(self, folder: Path, config: ModelConfig, tensors: dict[str, StoredTensor]) -> None:
        self.folder = folder
        self.config = config
        self.tensors = tensors

    def read(self, name: str) -> np.ndarray:
        return self.tensors[name].read()

    def has(self, name: str) -> bool:
        return name in self.tensors


def open_checkpoint(folder: Path, backbone_folder: Path | None = None) -> Checkpoint:
    """Reads the configuration, the index and the headers of all shards; nothing of the weights.

    Throws ExportError when the folder is no checkpoint, when a shard is missing or cut off, or when names or shapes
    are not those that the configuration asks for.
    """
    if not folder.is_dir():
        raise ExportError(f"{folder} is not a folder")
    if not (folder / "config.json").is_file():
        raise ExportError(f"{folder} holds no config.json", "give the folder that the checkpoint was downloaded to")
    config = load_config(folder / "config.json", backbone_folder)
    shards = _shards(folder)
    check_names(config, shards)
    headers = {file: _read_header(folder / file) for file in sorted(set(shards.values()))}
    tensors: dict[str, StoredTensor] = {}
    for name, file in shards.items():
        if name not in headers[file]:
            raise ExportError(f"{folder / file} does not hold {name!r}, although {INDEX} says so")
        tensors[name] = headers[file][name]
    check_shapes(config, {name: one.shape for name, one in tensors.items()})
    return Checkpoint(folder, config, tensors)


def _shards(folder: Path) -> dict[str, str]:
    """File of every tensor, by name. All files are there."""
    index = folder / INDEX
    if not index.is_file():
        if (folder / SINGLE).is_file():
            return dict.fromkeys(_read_header(folder / SINGLE), SINGLE)
        raise ExportError(f"{folder} holds neither {INDEX} nor {SINGLE}", "the download may not be complete")
    shards = read_json(index).get("weight_map")
    if not isinstance(shards, dict) or not all(isinstance(file, str) for file in shards.values()):
        raise ExportError(f"{index} has no weight_map of tensor names to files")
    for file in sorted(set(shards.values())):
        if Path(file).name != file:
            raise ExportError(f"{index} names {file!r}, which is not a file of the folder")
        if not (folder / file).is_file():
            raise ExportError(f"{folder / file} is missing, although {INDEX} names it", "download the checkpoint again")
    return shards


def _read_header(file: Path) -> dict[str, StoredTensor]:
    """Place, type and shape of every tensor of a shard: u64 length, JSON header, then the data."""
    size = file.stat().st_size
    with file.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        if size < 8 or length > min(size - 8, _MOST_HEADER_BYTES):
            raise ExportError(f"{file} is not a safetensors file, or is cut off")
        try:
            header = json.loads(stream.read(length))
        except ValueError:
            raise ExportError(f"{file} is not a safetensors file: its header is not JSON") from None
    header.pop("__metadata__", None)
    tensors: dict[str, StoredTensor] = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        if entry["dtype"] not in _TYPES:
            raise ExportError(
                f"{file}: tensor {name!r} is stored as {entry['dtype']}; known are {', '.join(_TYPES)}",
                "quantised checkpoints are other models: export the released one",
            )
        dtype, shape = _TYPES[entry["dtype"]], tuple(entry["shape"])
        if 8 + length + end > size or end - begin != int(np.prod(shape, dtype=np.int64)) * dtype.itemsize:
            raise ExportError(f"{file} is cut off inside {name!r}", "download this shard again")
        tensors[name] = StoredTensor(file, 8 + length + begin, dtype, shape)
    return tensors
