"""The vision tower of Qwen3-VL on frames of one fixed size: pixels in, image tokens out.

Axes: B windows, N images, P patches of an image in the order of the processor (blocks of merge x merge patches, row by
row), D hidden. All images have the same size, so positions are constants.
"""

from dataclasses import dataclass

import numpy as np

from model_config import VisionConfig
from tensor_names import VISION

from .attention import masked_softmax
from .builder import FLOAT, Builder, Value
from .layers import gelu, gelu_tanh, layer_norm, project
from .rotary import Turn, cosines_and_signed_sines, inverse_frequencies, turn
from .weights import TensorSource, Weight

_EPS = 1e-6
_THETA = 10_000.0
#: (x / 255 - 0.5) / 0.5 as one subtraction and one division.
_HALF_RANGE = 127.5


@dataclass(frozen=True)
class FrameSize:
    """Pixels of a frame, after resizing."""

    height: int
    width: int

    def grid(self, vision: VisionConfig) -> tuple[int, int]:
        """Rows and columns of patches."""
        return self.height // vision.patch, self.width // vision.patch

    def tokens(self, vision: VisionConfig) -> int:
        """Tokens that one image becomes."""
        rows, columns = self.token_grid(vision)
        return rows * columns

    def token_grid(self, vision: VisionConfig) -> tuple[int, int]:
        """Rows and columns of tokens."""
        rows, columns = self.grid(vision)
        return rows // vision.merge, columns // vision.merge


def vision_tower(g: Builder, frames: Value, vision: VisionConfig, size: FrameSize) -> tuple[Value, list[Value]]:
    """Image features and those of the deepstack taps, float32 [B * N, tokens, out] each, of uint8 [B, N, 3, H, W]."""
    with g.scope("vision"):
        hidden = g.add(_patches(g, frames, vision, size), _positions(g, vision, size))
        rope = _rotary(g, vision, size)
        taps: dict[int, Value] = {}
        for block in range(vision.depth):
            with g.scope(f"blocks.{block}"):
                hidden = _block(g, hidden, f"{VISION}.blocks.{block}", vision, size, rope)
                if block in vision.taps:
                    tap = vision.taps.index(block)
                    taps[tap] = _merge(g, hidden, f"{VISION}.deepstack_merger_list.{tap}", vision, late_norm=True)
        features = _merge(g, hidden, f"{VISION}.merger", vision, late_norm=False)
    return features, [taps[tap] for tap in range(len(vision.taps))]


def _patches(g: Builder, frames: Value, vision: VisionConfig, size: FrameSize) -> Value:
    """float32 [B * N, P, D]: normalised pixels of every patch through one linear layer.

    A patch holds (channel, time, y, x); the still image stands twice on the time axis.
    """
    (rows, columns), p, m = size.grid(vision), vision.patch, vision.merge
    half = g.number(_HALF_RANGE)
    pixels = g.div(g.sub(g.cast(frames, FLOAT), half), half)
    cut = g.reshape(pixels, -1, 3, rows // m, m, p, columns // m, m, p)
    ordered = g.reshape(g.transpose(cut, 0, 2, 5, 3, 6, 1, 4, 7), 0, rows * columns, 3, 1, p * p)
    still = g.low(g.concat([ordered] * vision.temporal, axis=3))
    flat = 3 * vision.temporal * p * p
    return project(g, g.reshape(still, 0, 0, flat), f"{VISION}.patch_embed.proj", flat, vision.hidden, bias=True)


def patch_places(vision: VisionConfig, size: FrameSize) -> tuple[np.ndarray, np.ndarray]:
    """Row and column of every patch, int64 [P], in the order of the processor."""
    (rows, columns), m = size.grid(vision), vision.merge
    row, column = np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij")

    def ordered(places: np.ndarray) -> np.ndarray:
        return places.reshape(rows // m, m, columns // m, m).transpose(0, 2, 1, 3).ravel()

    return ordered(row), ordered(column)


def _positions(g: Builder, vision: VisionConfig, size: FrameSize) -> Value:
    """float32 [P, D]: the learned square of positions, bilinearly resampled with its corners on ours."""
    name = f"{VISION}.pos_embed.weight"

    def make(source: TensorSource) -> np.ndarray:
        table = source.read(name).astype(np.float32)
        places = zip(patch_places(vision, size), size.grid(vision), strict=True)
        (top, row_part), (left, column_part) = (_taps(place, extent, vision.position_side) for place, extent in places)
        result = np.zeros((len(top), vision.hidden), np.float32)
        for down, row_weight in ((0, 1 - row_part), (1, row_part)):
            for right, column_weight in ((0, 1 - column_part), (1, column_part)):
                row = np.minimum(top + down, vision.position_side - 1)
                column = np.minimum(left + right, vision.position_side - 1)
                weight = (row_weight * column_weight).astype(np.float32)
                result += table[row * vision.position_side + column] * weight[:, None]
        return result

    rows, columns = size.grid(vision)
    return g.weight(Weight(f"{name}.{rows}x{columns}", (rows * columns, vision.hidden), FLOAT, make))


def _taps(place: np.ndarray, extent: int, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Lower neighbour in the learned square and the share of the upper one."""
    source = place.astype(np.float32) * np.float32(side - 1) / np.float32(max(extent - 1, 1))
    lower = np.floor(source)
    return lower.astype(np.int64), (source - lower).astype(np.float32)


def _rotary(g: Builder, vision: VisionConfig, size: FrameSize) -> Turn:
    """float32 [P, 1, head_dim]: a quarter of the frequencies for the row, a quarter for the column, both twice."""
    frequencies = inverse_frequencies(_THETA, vision.head_dim // 2)
    row, column = (place[:, None].astype(np.float32) * frequencies for place in patch_places(vision, size))
    cos, sin = cosines_and_signed_sines(np.concatenate([row, column], -1))
    shape = (cos.shape[0], 1, vision.head_dim)
    return Turn(
        g.weight(Weight("vision.rotary.cos", shape, FLOAT, lambda _: cos.reshape(shape))),
        g.weight(Weight("vision.rotary.signed_sin", shape, FLOAT, lambda _: sin.reshape(shape))),
    )


def _block(g: Builder, hidden: Value, at: str, vision: VisionConfig, size: FrameSize, rope: Turn) -> Value:
    """One block on [B * N, P, D]; every patch of an image sees every other one."""
    heads, width = vision.heads, vision.head_dim
    normed = g.low(layer_norm(g, hidden, f"{at}.norm1", vision.hidden, _EPS))
    joined = project(g, normed, f"{at}.attn.qkv", vision.hidden, 3 * vision.hidden, bias=True)
    q, k, v = (g.reshape(part, 0, 0, heads, width) for part in g.split(joined, [vision.hidden] * 3, axis=-1))
    q = g.low(g.transpose(g.mul(turn(g, q, rope, width), g.number(width**-0.5)), 0, 2, 1, 3))
    k = g.low(g.transpose(turn(g, k, rope, width), 0, 2, 3, 1))
    v = g.low(g.transpose(v, 0, 2, 1, 3))
    seen = g.matmul(masked_softmax(g, g.wide(g.matmul(q, k)), None), v)
    joined_heads = g.reshape(g.transpose(seen, 0, 2, 1, 3), 0, 0, vision.hidden)
    hidden = g.add(hidden, project(g, joined_heads, f"{at}.attn.proj", vision.hidden, vision.hidden, bias=True))

    normed = g.low(layer_norm(g, hidden, f"{at}.norm2", vision.hidden, _EPS))
    inner = gelu_tanh(g, project(g, normed, f"{at}.mlp.linear_fc1", vision.hidden, vision.inner, bias=True))
    return g.add(hidden, project(g, g.low(inner), f"{at}.mlp.linear_fc2", vision.inner, vision.hidden, bias=True))


def _merge(g: Builder, hidden: Value, at: str, vision: VisionConfig, late_norm: bool) -> Value:
    """merge x merge patches become one token [B * N, tokens, out]; the taps are normalised after the joining."""
    merged = vision.hidden * vision.merge**2
    with g.scope(at.removeprefix(f"{VISION}.")):
        if late_norm:
            normed = layer_norm(g, g.reshape(hidden, 0, -1, merged), f"{at}.norm", merged, _EPS)
        else:
            normed = g.reshape(layer_norm(g, hidden, f"{at}.norm", vision.hidden, _EPS), 0, -1, merged)
        inner = gelu(g, project(g, g.low(normed), f"{at}.linear_fc1", merged, merged, bias=True))
        return project(g, g.low(inner), f"{at}.linear_fc2", merged, vision.out, bias=True)
