"""The action expert: a flow from noise to actions, every step of which reads what the language model saw and said.

Axes: B windows, K samples, T waypoints, G key heads, R query heads per key head (of the expert), C head_dim,
S slots of the prompt, L slots of a sample's own text, D hidden (of the expert).
"""

import math
from dataclasses import dataclass

import numpy as np

from model_config import ActionConfig, ModelConfig, TextConfig
from tensor_names import ACTION_IN, ACTION_OUT, EXPERT

from .attention import additive, masked_softmax, weighted_sum
from .builder import BOOL, FLOAT, INT64, Builder, Value
from .decode import Text
from .layers import layer_norm, rms_norm, silu, vector
from .prefill import LayerCache, Prompt
from .rotary import TextRotary, Turn
from .text_layer import TextLayer
from .weights import TensorSource, Weight

_PROJECTION_EPS = 1e-5


@dataclass(frozen=True)
class Frequencies:
    """float32 [features / 2] of the Fourier features, as the checkpoint keeps them."""

    values: np.ndarray


def fourier_frequencies(action: ActionConfig, stored: np.ndarray | None, rounded_type: np.dtype) -> Frequencies:
    """The stored ones; else from 1 to `max_freq`, evenly spaced in the logarithm and rounded like the checkpoint."""
    if stored is not None:
        return Frequencies(stored.astype(np.float32).ravel())
    exact = np.logspace(0, math.log10(action.max_freq), action.features // 2).astype(np.float32)
    return Frequencies(exact.astype(rounded_type).astype(np.float32) if action.rounds_frequencies else exact)


def flow(
    g: Builder,
    prompt: Prompt,
    text: Text,
    noise: Value,
    config: ModelConfig,
    rotary: TextRotary,
    frequencies: Frequencies,
) -> Value:
    """Actions, float32 [B, K, T, 2], normalised, of float32 `noise` of the same shape, by Euler steps from 0 to 1."""
    action = config.action
    with g.scope("flow"):
        per_sample = g.shape(noise, 0, 2)
        mask = _mask(g, prompt, text, action.steps)
        rope = _rope(g, prompt, text, rotary, action.steps)
        times = _time_features(g, action, frequencies)
        spread = g.concat([per_sample, g.ints([action.steps, action.features])], axis=0)

        body = g.body()
        turn, going, x = body.fresh("turn"), body.fresh("going"), body.fresh("x")
        time = body.op("Expand", body.gather(times, turn), spread)
        velocity = _velocity(body, x, time, prompt, text, config, rope, mask, frequencies)
        after = body.add(x, body.mul(velocity, body.number(1.0 / action.flow_steps)))
        step = body.graph(
            "one_step",
            [(turn, INT64, []), (going, BOOL, []), (x, FLOAT, ["B", "K", action.steps, 2])],
            [(body.op("Identity", going), BOOL, []), (after, FLOAT, None)],
        )
        return g.loop(action.flow_steps, g.true(), [noise], step, scanned=0)[0]


def _mask(g: Builder, prompt: Prompt, text: Text, steps: int) -> Value:
    """float32 [B, 1, K, 1, S + L + T], additive: the prompt without pads, a text up to its end, all waypoints."""
    # A waypoint's number is below every count.
    numbers = np.concatenate([np.arange(text.length), np.full(steps, -1)]).astype(np.int64)
    own = additive(g, g.op("Less", g.constant(numbers), g.unsqueeze(text.counts, 2)))  # [B, K, L + T]
    own = g.unsqueeze(own, 1, 3)
    shape = g.concat([g.shape(own, 0, 4), g.ints([prompt.length])], axis=0)
    before = g.op("Expand", g.unsqueeze(prompt.mask, 2), shape)
    return g.concat([before, own], axis=4)


def _rope(g: Builder, prompt: Prompt, text: Text, rotary: TextRotary, steps: int) -> Turn:
    """[B, K, T, 1, C]: waypoints go on counting where the text ended."""
    start = g.unsqueeze(g.add(prompt.next_position, text.counts), 2)
    at = rotary.alike(g, g.add(start, g.constant(np.arange(steps, dtype=np.int64))))
    return Turn(g.unsqueeze(at.cos, 3), g.unsqueeze(at.sin, 3))


def _time_features(g: Builder, action: ActionConfig, frequencies: Frequencies) -> Value:
    """float32 [flow steps, features] of the times 0, 1/S ... (S - 1)/S."""
    times = (np.arange(action.flow_steps) / action.flow_steps).astype(np.float32)
    angles = ((times[:, None] * frequencies.values) * np.float32(2)) * np.float32(math.pi)
    wide = angles.astype(np.float64)
    features = np.concatenate([np.sin(wide), np.cos(wide)], -1) * math.sqrt(2)
    return g.constant(features.astype(np.float32))


def _action_features(g: Builder, x: Value, action: ActionConfig, frequencies: Frequencies) -> Value:
    """float32 [B, K, T, 2 * features]: sines then cosines of acceleration, then of curvature."""
    angles = g.mul(g.unsqueeze(x, 4), g.constant(frequencies.values))
    angles = g.mul(g.mul(angles, g.number(2.0)), g.number(math.pi))
    both = g.concat([g.op("Sin", angles), g.op("Cos", angles)], axis=4)
    return g.reshape(g.mul(both, g.number(math.sqrt(2))), 0, 0, 0, 2 * action.features)


def _velocity(
    g: Builder,
    x: Value,
    time: Value,
    prompt: Prompt,
    text: Text,
    config: ModelConfig,
    rope: Turn,
    mask: Value,
    frequencies: Frequencies,
) -> Value:
    """float32 [B, K, T, 2]: where the actions `x` should move."""
    action, expert = config.action, config.expert
    features = g.concat([_action_features(g, x, action, frequencies), time], axis=3)
    hidden = _action_in(g, features, action, expert)
    for index in range(expert.layers):
        with g.scope(f"layers.{index}"):
            layer = TextLayer(EXPERT, index, expert, lead=3)
            caches = prompt.layers[index], text.layers[index]
            seen = _layer(g, hidden, layer, prompt, text, caches, rope, mask, expert, action.steps)
            hidden = layer.finish(g, hidden, seen)
    normed = rms_norm(g, hidden, f"{EXPERT}.norm.weight", expert.hidden, expert.eps)
    return _wide_linear(g, normed, ACTION_OUT, expert.hidden, 2)


def _layer(
    g: Builder,
    hidden: Value,
    layer: TextLayer,
    prompt: Prompt,
    text: Text,
    caches: tuple[LayerCache, LayerCache],
    rope: Turn,
    mask: Value,
    expert: TextConfig,
    steps: int,
) -> Value:
    """Low [B, K, T, heads * C]: waypoints look at the prompt, at the sample's text and at each other."""
    cache, own = caches
    width, groups, group = expert.head_dim, expert.kv_heads, expert.group
    normed = layer.normed(g, hidden)
    keys = g.transpose(layer.keys(g, normed, rope), 0, 3, 1, 4, 2)  # [B, G, K, C, T]
    values = g.transpose(layer.values(g, normed), 0, 3, 1, 2, 4)  # [B, G, K, T, C]
    grouped = g.reshape(layer.queries(g, normed, rope), 0, 0, steps, groups, group, width)
    moved = g.low(g.transpose(grouped, 0, 3, 1, 2, 4, 5))  # [B, G, K, T, R, C]
    queries = g.reshape(moved, 0, 0, -1, steps * group, width)

    # All samples ask the prompt in one product.
    asked = g.wide(g.matmul(g.reshape(queries, 0, 0, -1, width), cache.keys))
    to_prompt = g.reshape(asked, 0, 0, -1, steps * group, prompt.length)
    to_text, to_each_other = g.wide(g.matmul(queries, own.keys)), g.wide(g.matmul(queries, keys))
    shares = masked_softmax(g, g.concat([to_prompt, to_text, to_each_other], axis=4), mask)

    of_prompt, of_text, of_each_other = g.split(shares, [prompt.length, text.length, steps], axis=4)
    from_prompt = weighted_sum(g, g.reshape(of_prompt, 0, 0, -1, prompt.length), cache.values, prompt.length)
    seen = g.reshape(from_prompt, 0, 0, -1, steps * group, width)
    seen = g.add(seen, weighted_sum(g, of_text, own.values, text.length, lead=3))
    seen = g.low(g.add(seen, g.wide(g.matmul(of_each_other, values))))
    back = g.transpose(g.reshape(seen, 0, 0, 0, steps, group, width), 0, 2, 3, 1, 4, 5)
    return g.reshape(back, 0, 0, steps, groups * group * width)


def _action_in(g: Builder, features: Value, action: ActionConfig, expert: TextConfig) -> Value:
    """Features of a waypoint and its time through a small network: float32 [B, K, T, D]."""
    trunk = f"{ACTION_IN}.encoder.trunk"
    hidden = silu(g, _wide_linear(g, features, f"{trunk}.0", 3 * action.features, action.hidden))
    for index in range(action.layers):
        last = index == action.layers - 1
        out = expert.hidden if last else action.hidden
        normed = rms_norm(g, hidden, f"{trunk}.{2 + 3 * index}.weight", action.hidden, _PROJECTION_EPS)
        hidden = _wide_linear(g, normed, f"{trunk}.{3 + 3 * index}", action.hidden, out)
        hidden = hidden if last else silu(g, hidden)
    return layer_norm(g, hidden, f"{ACTION_IN}.norm", expert.hidden, _PROJECTION_EPS)


def _wide_linear(g: Builder, x: Value, name: str, into: int, out: int) -> Value:
    """A small linear layer in float32 whatever the type of matrix products: actions are what we are here for."""

    def make(source: TensorSource) -> np.ndarray:
        return source.read(f"{name}.weight").T

    matrix = g.weight(Weight(f"{name}.weight", (into, out), FLOAT, make))
    return g.add(g.op("MatMul", x, matrix), vector(g, f"{name}.bias", out))
