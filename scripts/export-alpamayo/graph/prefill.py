"""The prompt through the language model, once per window: keys and values of every layer, and the last hidden state.

Axes: B windows, P slots, G key heads, R query heads per key head, C head_dim, D hidden.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model_config import ModelConfig, TextConfig
from tensor_names import TEXT

from .attention import additive, masked_softmax, pad_axis, steady_length, weighted_sum
from .builder import BOOL, FLOAT, Builder, Value
from .layers import Embedding, rms_norm
from .positions import PromptPositions
from .rotary import TextRotary, Turn
from .text_layer import TextLayer


@dataclass(frozen=True)
class LayerCache:
    """What later tokens read of the prompt, low; S is P padded to a `steady_length`."""

    #: [B, G, C, S]: turned around once here, read in every turn of the loops.
    keys: Value
    #: [B, G, S, C]
    values: Value


@dataclass(frozen=True)
class Prompt:
    """A prompt that was read."""

    layers: list[LayerCache]
    #: float32 [B, 1, D], after the final norm: of the last slot.
    last_hidden: Value
    #: float32 [B, 1, 1, S], additive: pad slots and the padding of S are masked.
    mask: Value
    #: S
    length: int
    #: int64 [B, 1]
    next_position: Value


def prefill(
    g: Builder,
    ids: Value,
    length: int,
    positions: PromptPositions,
    images: Value,
    taps: Sequence[Value],
    config: ModelConfig,
    rotary: TextRotary,
    chunk: int,
) -> Prompt:
    """Reads int64 [B, P] `ids` with P = `length`; `images` and `taps` are float32 [B * N, tokens, D].

    The last slot must be used. Queries are taken `chunk` at a time, each chunk against the keys up to its end: half of
    the work of a full square, and the scores of one chunk at a time in memory.
    """
    text = config.text
    with g.scope("prefill"):
        at_images = _ImagePlaces(g, ids, positions)
        hidden = g.where(
            g.unsqueeze(positions.is_image, 2),
            at_images.spread(g, images, text.hidden),
            Embedding(f"{TEXT}.embed_tokens.weight", config.vocabulary.size, text.hidden)(g, ids),
        )
        mixed = rotary.interleaved(g, positions.time, positions.height, positions.width)
        rope = Turn(g.unsqueeze(mixed.cos, 2), g.unsqueeze(mixed.sin, 2))
        padded = _Padding(g, ids, text, length)
        chunks = _chunks(g, positions.used, length, chunk)
        mask = padded.mask(g, positions.used)
        layers: list[LayerCache] = []
        for index in range(text.layers):
            with g.scope(f"layers.{index}"):
                layer = TextLayer(TEXT, index, text)
                normed = layer.normed(g, hidden)
                keys = g.transpose(layer.keys(g, normed, rope), 0, 2, 3, 1)
                values = g.transpose(layer.values(g, normed), 0, 2, 1, 3)
                cache = padded.cache(g, keys, values)
                layers.append(cache)
                if index == text.layers - 1:
                    # Nobody reads what the last layer makes of the other slots.
                    hidden = _last_slot(g, layer, hidden, normed, rope, cache, mask, text, length)
                else:
                    queries = _query_groups(g, layer.queries(g, normed, rope), text, length)
                    attended = _attend(g, queries, keys, values, chunks, text)
                    hidden = layer.finish(g, hidden, attended)
                    if index < len(taps):
                        hidden = g.add(hidden, at_images.masked(g, taps[index], text.hidden))
        last = rms_norm(g, hidden, f"{TEXT}.norm.weight", text.hidden, text.eps)
    return Prompt(layers, last, mask, padded.length, positions.next)


class _ImagePlaces:
    """Puts features of images, in order, at the slots that hold the image id."""

    def __init__(self, g: Builder, ids: Value, positions: PromptPositions) -> None:
        self._batch = g.shape(ids, 0, 1)
        self._place = positions.images_before
        self._mask = g.unsqueeze(g.cast(positions.is_image, FLOAT), 2)

    def spread(self, g: Builder, features: Value, width: int) -> Value:
        """float32 [B, P, D]; what stands at other slots is arbitrary."""
        shape = g.concat([self._batch, g.ints([-1, width])], axis=0)
        per_window = g.op("Reshape", features, shape)
        count = g.shape(per_window, 1, 2)
        # Slots after the last image would read past the end.
        place = g.op("Min", self._place, g.sub(count, g.ints([1])))
        return g.op("GatherND", per_window, g.unsqueeze(place, 2), batch_dims=1)

    def masked(self, g: Builder, features: Value, width: int) -> Value:
        """float32 [B, P, D]; zero at other slots."""
        return g.mul(self.spread(g, features, width), self._mask)


class _Padding:
    """Pads keys and values of the prompt to a steady length."""

    def __init__(self, g: Builder, ids: Value, text: TextConfig, length: int) -> None:
        self.length = steady_length(g, length)
        self._slots, extra = length, self.length - length
        batch = g.shape(ids, 0, 1)
        self._batch = batch
        self._keys = g.concat([batch, g.ints([text.kv_heads, text.head_dim, extra])], axis=0) if extra else ""
        self._values = g.concat([batch, g.ints([text.kv_heads, extra, text.head_dim])], axis=0) if extra else ""

    def cache(self, g: Builder, keys: Value, values: Value) -> LayerCache:
        like_keys, like_values = (self._keys, g.compute_type), (self._values, g.compute_type)
        return LayerCache(
            pad_axis(g, keys, like_keys, 3, self._slots, self.length),
            pad_axis(g, values, like_values, 2, self._slots, self.length),
        )

    def mask(self, g: Builder, used: Value) -> Value:
        """float32 [B, 1, 1, S]"""
        visible = used
        if self.length > self._slots:
            shape = g.concat([self._batch, g.ints([self.length - self._slots])], axis=0)
            visible = g.concat([used, g.filled(shape, False, BOOL)], axis=1)
        return additive(g, g.unsqueeze(visible, 1, 2))


def _chunks(g: Builder, used: Value, length: int, chunk: int) -> list[tuple[int, int, Value]]:
    """Ranges of queries, each with its mask: float32 [B, 1, 1, end - start, end]."""
    ranges = [(start, min(start + chunk, length)) for start in range(0, length, chunk)]
    result: list[tuple[int, int, Value]] = []
    for start, end in ranges:
        queries, keys = g.constant(np.arange(start, end)[:, None]), g.constant(np.arange(end))
        before = g.op("LessOrEqual", keys, queries)
        seen = g.op("And", before, g.unsqueeze(g.slice(used, 1, 0, end), 1, 2, 3))
        result.append((start, end, additive(g, seen)))
    return result


def _query_groups(g: Builder, queries: Value, text: TextConfig, length: int) -> Value:
    """[B, P, heads, C] -> low [B, G, R, P, C]"""
    grouped = g.reshape(queries, 0, length, text.kv_heads, text.group, text.head_dim)
    return g.low(g.transpose(grouped, 0, 2, 3, 1, 4))


def _attend(
    g: Builder,
    queries: Value,
    keys: Value,
    values: Value,
    chunks: Sequence[tuple[int, int, Value]],
    text: TextConfig,
) -> Value:
    """Causal attention of all slots: low [B, P, heads * C]."""
    parts: list[Value] = []
    for start, end, mask in chunks:
        rows, width = end - start, text.head_dim
        q = queries if len(chunks) == 1 else g.slice(queries, 3, start, end)
        k = keys if len(chunks) == 1 else g.slice(keys, 3, 0, end)
        v = values if len(chunks) == 1 else g.slice(values, 2, 0, end)
        scores = g.wide(g.matmul(g.reshape(q, 0, 0, text.group * rows, width), k))
        shares = masked_softmax(g, g.reshape(scores, 0, 0, text.group, rows, end), mask)
        seen = g.matmul(g.reshape(shares, 0, 0, text.group * rows, end), v)
        ordered = g.transpose(g.reshape(seen, 0, 0, text.group, rows, width), 0, 3, 1, 2, 4)
        parts.append(g.reshape(ordered, 0, 0, text.heads * width))
    return g.concat(parts, axis=1)


def _last_slot(
    g: Builder,
    layer: TextLayer,
    hidden: Value,
    normed: Value,
    rope: Turn,
    cache: LayerCache,
    mask: Value,
    text: TextConfig,
    length: int,
) -> Value:
    """The last layer for the last slot only: float32 [B, 1, D]."""

    def last(value: Value) -> Value:
        return g.slice(value, 1, length - 1, length)

    queries = layer.queries(g, last(normed), Turn(last(rope.cos), last(rope.sin)))
    grouped = g.low(g.reshape(queries, 0, text.kv_heads, text.group, text.head_dim))
    shares = masked_softmax(g, g.wide(g.matmul(grouped, cache.keys)), mask)
    seen = g.low(weighted_sum(g, shares, cache.values, steady_length(g, length)))
    return layer.finish(g, last(hidden), g.reshape(seen, 0, 1, text.heads * text.head_dim))
