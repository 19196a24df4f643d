"""Rotary positions as tables: sines and cosines are looked up, never computed in the graph.

A lookup gives the same bits in every batch and on every provider, and no sine of a large angle is ever taken in low
precision. The sine is stored with the sign that turning the two halves of a head needs, so that

    turned = x * cos + swap_halves(x) * signed_sin
"""

from dataclasses import dataclass

import numpy as np

from .builder import FLOAT, Builder, Value
from .weights import Weight


@dataclass(frozen=True)
class Turn:
    """Cosines and signed sines that broadcast against [..., heads, head_dim]."""

    cos: Value
    sin: Value


def turn(g: Builder, x: Value, by: Turn, head_dim: int) -> Value:
    """Rotary embedding of [..., heads, head_dim], float32."""
    first, second = g.split(x, [head_dim // 2, head_dim // 2], axis=-1)
    swapped = g.concat([second, first], axis=-1)
    return g.add(g.mul(x, by.cos), g.mul(swapped, by.sin))


def inverse_frequencies(theta: float, width: int) -> np.ndarray:
    """float32 [width / 2]: theta^(-2i/width)."""
    exponents = np.arange(0, width, 2, dtype=np.float32) / np.float32(width)
    return (1.0 / (np.float64(theta) ** exponents).astype(np.float32)).astype(np.float32)


def cosines_and_signed_sines(angles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of float32 angles [..., width / 2], both float32 [..., width]."""
    wide = angles.astype(np.float32).astype(np.float64)
    cos, sin = np.cos(wide).astype(np.float32), np.sin(wide).astype(np.float32)
    return np.concatenate([cos, cos], -1), np.concatenate([-sin, sin], -1)


class TextRotary:
    """Tables of a text stack for positions 0 to `positions` - 1."""

    def __init__(self, theta: float, head_dim: int, section: tuple[int, int, int], positions: int) -> None:
        self._head_dim = head_dim
        self._section = section
        self._positions = positions
        self._frequencies = inverse_frequencies(theta, head_dim)

    def alike(self, g: Builder, positions: Value) -> Turn:
        """For int64 positions [...] that are the same on all three axes: [..., head_dim] each."""
        cos, sin = self._tables(g)
        return Turn(g.gather(cos, positions), g.gather(sin, positions))

    def interleaved(self, g: Builder, time: Value, height: Value, width: Value) -> Turn:
        """For int64 positions [...] on three axes, of which each channel follows one: [..., head_dim] each."""
        masks = self._axis_masks()
        parts = [self.alike(g, axis) for axis in (time, height, width)]

        def mix(values: list[Value]) -> Value:
            masked = [g.mul(value, g.constant(mask)) for value, mask in zip(values, masks, strict=True)]
            return g.add(g.add(masked[0], masked[1]), masked[2])

        return Turn(mix([part.cos for part in parts]), mix([part.sin for part in parts]))

    def _axis_masks(self) -> list[np.ndarray]:
        """float32 [head_dim] for time, height and width: 1 where the channel follows that axis.

        Frequencies go T H W T H W ... as far as the sections of H and W reach, and T after that.
        """
        half = self._head_dim // 2
        axis = np.zeros(half, np.int64)
        for which in (1, 2):
            axis[which : self._section[which] * 3 : 3] = which
        return [np.tile((axis == which).astype(np.float32), 2) for which in range(3)]

    def _tables(self, g: Builder) -> tuple[Value, Value]:
        shape = (self._positions, self._head_dim)

        def table(which: int) -> np.ndarray:
            angles = np.arange(self._positions, dtype=np.float32)[:, None] * self._frequencies
            return cosines_and_signed_sines(angles)[which]

        cos = Weight("rotary.cos", shape, FLOAT, lambda _: table(0))
        sin = Weight("rotary.signed_sin", shape, FLOAT, lambda _: table(1))
        return g.weight(cos), g.weight(sin)
