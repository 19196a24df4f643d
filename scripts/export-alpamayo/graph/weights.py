"""Weights of a graph by recipe: what they are called, how large they are, and how to make their values when asked.

A graph is built of recipes only. Values are made one weight at a time, when `external_data` writes them, so that
host memory never holds more than one of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import ml_dtypes
import numpy as np
from onnx import TensorProto

PRECISIONS: dict[str, tuple[int, np.dtype]] = {
    "fp32": (TensorProto.FLOAT, np.dtype(np.float32)),
    "fp16": (TensorProto.FLOAT16, np.dtype(np.float16)),
    "bf16": (TensorProto.BFLOAT16, np.dtype(ml_dtypes.bfloat16)),
}
NUMPY_TYPES: dict[int, np.dtype] = {
    **{onnx_type: numpy_type for onnx_type, numpy_type in PRECISIONS.values()},
    TensorProto.INT64: np.dtype(np.int64),
    TensorProto.BOOL: np.dtype(np.bool_),
}


class TensorSource(Protocol):
    """Where values come from: a checkpoint folder, or arrays of a test."""

    def read(self, name: str) -> np.ndarray:
        """The tensor of this name, in the type that it is stored in."""
        ...


@dataclass(frozen=True)
class Weight:
    """One initialiser of the graph."""

    name: str
    shape: tuple[int, ...]
    onnx_type: int
    #: Makes the values; the result has `shape` and is cast to `onnx_type` by the writer.
    make: Callable[[TensorSource], np.ndarray]

    @property
    def nbytes(self) -> int:
        return int(np.prod(self.shape, dtype=np.int64)) * NUMPY_TYPES[self.onnx_type].itemsize

    def values(self, source: TensorSource) -> np.ndarray:
        """Contiguous values of the declared shape and type."""
        made = self.make(source)
        if tuple(made.shape) != self.shape:
            raise AssertionError(f"{self.name}: made {made.shape}, declared {self.shape}")
        return np.ascontiguousarray(made.astype(NUMPY_TYPES[self.onnx_type], copy=False))
