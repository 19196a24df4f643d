"""Attention in which several query heads, and several samples, read the same keys.

Axes: B windows, G key heads, K samples, R query heads per key head, L queries, S keys, C head_dim.
"""

import math

from .builder import Builder, Value

#: Finite, so that a row of nothing but masked keys is still a number; far below any score.
MASKED = -1e30
#: Matrix products over at most this many terms are summed in one pass by the CPU kernels; see `weighted_sum`.
STEADY_TERMS = 128


def steady_length(g: Builder, length: int) -> int:
    """Length of an axis of keys after padding to what `weighted_sum` needs."""
    if not g.steady_sums or length <= STEADY_TERMS:
        return length
    return math.ceil(length / STEADY_TERMS) * STEADY_TERMS


def weighted_sum(g: Builder, shares_low: Value, values_low: Value, length: int, lead: int = 2) -> Value:
    """[..., M, S] x [..., S, C] -> float32 [..., M, C]; `lead` axes before, `length` = S is a `steady_length`.

    A CPU kernel cuts a long sum where its cache and the number of threads suggest, which hangs on the number of rows
    M: the last bits of a sample would hang on how many others there are. Cutting the sum here, always at the same
    places, leaves it nothing to choose.
    """
    if not g.steady_sums or length <= STEADY_TERMS:
        return g.wide(g.matmul(shares_low, values_low))
    keep, blocks = [0] * lead, length // STEADY_TERMS
    cut = g.reshape(shares_low, *keep, -1, blocks, STEADY_TERMS)
    shares = g.transpose(cut, *range(lead), lead + 1, lead, lead + 2)
    values = g.reshape(values_low, *keep, blocks, STEADY_TERMS, -1)
    return g.reduce("ReduceSum", g.wide(g.matmul(shares, values)), lead)


def apart(g: Builder, matrices_low: Value, lead: int = 2) -> Value:
    """Prepares [..., S, N] for `row_products`; outside of a loop when it comes from there, as it may be a copy."""
    return g.unsqueeze(matrices_low, lead) if g.steady_sums else matrices_low


def row_products(g: Builder, rows_low: Value, prepared_low: Value, lead: int = 2) -> Value:
    """float32 [..., M, N] of few rows [..., M, S] and what `apart` made of [..., S, N].

    For a graph of the CPU each row is a product of its own: with a single row the kernels read the matrix where it
    lies instead of packing it first (half the time for two rows, no loss up to about twenty), and the sum of a row
    cannot hang on how many there are. The matrix is not repeated. For an accelerator the rows stay one product.
    """
    if not g.steady_sums:
        return g.wide(g.matmul(rows_low, prepared_low))
    products = g.wide(g.matmul(g.unsqueeze(rows_low, lead + 1), prepared_low))
    return g.op("Squeeze", products, g.ints([lead + 1]))


def masked_softmax(g: Builder, scores: Value, mask: Value | None) -> Value:
    """Softmax of float32 scores plus an additive mask, in the type of matrix products."""
    return g.low(g.softmax(scores if mask is None else g.add(scores, mask)))


def additive(g: Builder, visible: Value) -> Value:
    """bool -> float32: 0 where visible, `MASKED` elsewhere."""
    return g.where(visible, g.number(0.0), g.number(MASKED))


def pad_axis(g: Builder, value: Value, like: tuple[Value, int], axis: int, length: int, padded: int) -> Value:
    """Appends zeros along `axis`; `like` is the shape (a value) and the type of the zeros."""
    if padded == length:
        return value
    shape, onnx_type = like
    return g.concat([value, g.filled(shape, 0, onnx_type)], axis)
