"""Layers that all networks share: projections, norms, activations.

Values between matrix products are float32. `low` values are in the type of matrix products (float32, float16 or
bfloat16): bfloat16 is then needed of `MatMul`, `Cast`, `Gather` and data movement only, which every accelerator has.
"""

import math

import numpy as np

from .builder import FLOAT, Builder, Value
from .weights import TensorSource, Weight

#: No file of weights may be larger, so no single weight either; protobuf and some stores end at 2 GiB.
MAX_WEIGHT_BYTES = 1_900_000_000


def vector(g: Builder, name: str, width: int) -> Value:
    """A float32 weight of one axis: bias, scale of a norm."""
    return g.weight(Weight(name, (width,), FLOAT, lambda source: source.read(name)))


def project(g: Builder, x_low: Value, name: str, into: int, out: int, bias: bool = False) -> Value:
    """float32 [..., out] of low [..., into]: a linear layer stored as [out, into] under `name`."""
    product = g.wide(g.matmul(x_low, matrix(g, f"{name}.weight", into, out)))
    return g.add(product, vector(g, f"{name}.bias", out)) if bias else product


def matrix(g: Builder, name: str, into: int, out: int) -> Value:
    """[into, out], the transpose of what the checkpoint stores: a product then reads rows that lie together."""
    return g.weight(Weight(name, (into, out), g.compute_type, lambda source: source.read(name).reshape(out, into).T))


def pieces(size: int, nbytes: int) -> list[tuple[int, int]]:
    """Cuts an axis into the fewest equal ranges of which each is within `MAX_WEIGHT_BYTES`."""
    count = max(1, math.ceil(nbytes / MAX_WEIGHT_BYTES))
    step = math.ceil(size / count)
    return [(start, min(start + step, size)) for start in range(0, size, step)]


def rms_norm(g: Builder, x: Value, name: str, width: int, eps: float) -> Value:
    """x / sqrt(mean(x^2) + eps) * weight over the last axis, float32; a shape of nodes that runtimes fuse."""
    mean = g.reduce("ReduceMean", g.op("Pow", x, g.number(2.0)), -1, keep=True)
    scale = g.op("Sqrt", g.add(mean, g.number(eps)))
    return g.mul(g.div(x, scale), vector(g, name, width))


def layer_norm(g: Builder, x: Value, name: str, width: int, eps: float) -> Value:
    return g.op(
        "LayerNormalization",
        x,
        vector(g, f"{name}.weight", width),
        vector(g, f"{name}.bias", width),
        axis=-1,
        epsilon=eps,
    )


def silu(g: Builder, x: Value) -> Value:
    return g.mul(x, g.op("Sigmoid", x))


def gelu(g: Builder, x: Value) -> Value:
    """x * Phi(x), exactly."""
    phi = g.add(g.op("Erf", g.div(x, g.number(math.sqrt(2.0)))), g.number(1.0))
    return g.mul(g.mul(x, phi), g.number(0.5))


def gelu_tanh(g: Builder, x: Value) -> Value:
    """The approximation 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))."""
    cubic = g.mul(g.mul(g.mul(x, x), x), g.number(0.044715))
    inner = g.mul(g.add(x, cubic), g.number(math.sqrt(2.0 / math.pi)))
    return g.mul(g.mul(x, g.number(0.5)), g.add(g.op("Tanh", inner), g.number(1.0)))


class Embedding:
    """A table of token embeddings, cut along the width where it is too large for one file."""

    def __init__(self, name: str, tokens: int, width: int) -> None:
        self._name, self._tokens, self._width = name, tokens, width

    def __call__(self, g: Builder, ids: Value) -> Value:
        """float32 [..., width] of int64 ids [...]."""
        return g.wide(g.concat([g.gather(table, ids) for table in self._tables(g)], axis=-1))

    def _tables(self, g: Builder) -> list[Value]:
        return [self._table(g, *piece) for piece in pieces(self._width, self._tokens * self._width * _itemsize(g))]

    def _table(self, g: Builder, start: int, end: int) -> Value:
        def make(source: TensorSource) -> np.ndarray:
            return source.read(self._name)[:, start:end]

        name = self._name if end - start == self._width else f"{self._name}.columns.{start}"
        return g.weight(Weight(name, (self._tokens, end - start), g.compute_type, make))


class Head:
    """Logits of a vocabulary, cut along the vocabulary where the matrix is too large for one file."""

    def __init__(self, name: str, width: int, tokens: int) -> None:
        self._name, self._width, self._tokens = name, width, tokens

    def __call__(self, g: Builder, x: Value) -> Value:
        """float32 [..., tokens] of float32 [..., width]."""
        x_low = g.low(x)
        cuts = pieces(self._tokens, self._tokens * self._width * _itemsize(g))
        return g.concat([g.wide(g.matmul(x_low, self._matrix(g, *cut))) for cut in cuts], axis=-1)

    def _matrix(self, g: Builder, start: int, end: int) -> Value:
        def make(source: TensorSource) -> np.ndarray:
            return source.read(self._name)[start:end].T

        # Never the name of the embedding: a tied head is the same tensor turned around.
        name = f"{self._name}.head.{start}"
        return g.weight(Weight(name, (self._width, end - start), g.compute_type, make))


def _itemsize(g: Builder) -> int:
    return 4 if g.compute_type == FLOAT else 2
