"""The language model of a policy in stages, for measuring what a loop in the graph saves over stepping from outside.

prefill  in: frames, prompt_ids. Out: logits, last_hidden, next_position, present.i.key, present.i.value
step     in: input_ids, position, past.i.*. Out: logits, present.i.*; the caller draws tokens and keeps the cache
decode   in: last_hidden, next_position, uniforms, past.i.*. Out: tokens, logprobs, token_counts; the loop in the graph

decode   in: last_hidden, next_position, uniforms, past.i.*. Out: tokens, logprobs, token_counts; the loop of the graph
All three have the same weights, under the names of the checkpoint. Prompts must not hold pad slots.
"""

from model_config import ModelConfig
from tensor_names import HEAD, TEXT

from .attention import masked_softmax, pad_axis, steady_length
from .builder import FLOAT, INT64, Builder, Declared, Value
from .decode import decode
from .layers import Embedding, Head, rms_norm
from .policy import BuiltGraph, PolicyShape
from .positions import prompt_positions
from .prefill import LayerCache, Prompt, prefill
from .rotary import TextRotary, Turn
from .sampling import DecodeSettings
from .text_layer import TextLayer
from .vision import vision_tower

_UINT8 = 2


def _rotary(config: ModelConfig, shape: PolicyShape, settings: DecodeSettings) -> TextRotary:
    text = config.text
    positions = shape.prompt_length + settings.max_tokens + config.action.steps
    return TextRotary(text.rope_theta, text.head_dim, text.mrope_section, positions)


def _cache_names(which: str, layers: int) -> list[tuple[str, str]]:
    return [(f"{which}.{index}.key", f"{which}.{index}.value") for index in range(layers)]


def build_prefill(config: ModelConfig, shape: PolicyShape, settings: DecodeSettings) -> BuiltGraph:
    """Vision and prompt."""
    # Without padding to a steady length: the cache leaves the graph.
    g, text, frame = Builder(steady_sums=False), config.text, shape.frame
    images, taps = vision_tower(g, "frames", config.vision, frame)
    grid = frame.token_grid(config.vision)
    positions = prompt_positions(g, "prompt_ids", config.vocabulary.image_id, settings.pad_id, grid)
    rotary = _rotary(config, shape, settings)
    length = shape.prompt_length
    prompt = prefill(g, "prompt_ids", length, positions, images, taps, config, rotary, shape.chunk)
    logits = Head(f"{HEAD}.weight", text.hidden, config.vocabulary.size)(g, prompt.last_hidden)
    outputs: list[tuple[str, Value, int, list[int | str]]] = [
        ("logits", g.reshape(logits, 0, config.vocabulary.size), FLOAT, ["B", config.vocabulary.size]),
        ("last_hidden", prompt.last_hidden, FLOAT, ["B", 1, text.hidden]),
        ("next_position", prompt.next_position, INT64, ["B", 1]),
    ]
    axes: list[int | str] = ["B", text.kv_heads, length, text.head_dim]
    for (key, value), cache in zip(_cache_names("present", text.layers), prompt.layers, strict=True):
        outputs.append((key, g.transpose(cache.keys, 0, 1, 3, 2), FLOAT, axes))
        outputs.append((value, cache.values, FLOAT, axes))
    inputs: list[Declared] = [
        ("frames", _UINT8, ["B", shape.images, 3, frame.height, frame.width]),
        ("prompt_ids", INT64, ["B", length]),
    ]
    return _finish(g, "prefill", inputs, outputs)


def build_step(config: ModelConfig, shape: PolicyShape, settings: DecodeSettings) -> BuiltGraph:
    """One token per row through the language model, with a cache that grows by it."""
    g, text = Builder(steady_sums=False), config.text
    state = Embedding(f"{TEXT}.embed_tokens.weight", config.vocabulary.size, text.hidden)(g, "input_ids")
    at = _rotary(config, shape, settings).alike(g, "position")
    rope = Turn(g.unsqueeze(at.cos, 2), g.unsqueeze(at.sin, 2))
    axes: list[int | str] = ["R", text.kv_heads, "S", text.head_dim]
    inputs: list[Declared] = [
        ("input_ids", INT64, ["R", 1]),
        ("position", INT64, ["R", 1]),
    ]
    grown: list[tuple[str, Value, int, list[int | str]]] = []
    pasts, presents = _cache_names("past", text.layers), _cache_names("present", text.layers)
    for index, (past, present) in enumerate(zip(pasts, presents, strict=True)):
        inputs += [(name, FLOAT, axes) for name in past]
        layer = TextLayer(TEXT, index, text)
        normed = layer.normed(g, state)
        key = g.concat([past[0], g.transpose(layer.keys(g, normed, rope), 0, 2, 1, 3)], axis=2)
        value = g.concat([past[1], g.transpose(layer.values(g, normed), 0, 2, 1, 3)], axis=2)
        after: list[int | str] = ["R", text.kv_heads, "S + 1", text.head_dim]
        grown += [(present[0], key, FLOAT, after), (present[1], value, FLOAT, after)]
        queries = g.reshape(layer.queries(g, normed, rope), 0, text.kv_heads, text.group, text.head_dim)
        shares = masked_softmax(g, g.matmul(queries, g.transpose(key, 0, 1, 3, 2)), None)
        seen = g.reshape(g.matmul(shares, value), 0, 1, text.heads * text.head_dim)
        state = layer.finish(g, state, seen)
    hidden = rms_norm(g, state, f"{TEXT}.norm.weight", text.hidden, text.eps)
    vocabulary = config.vocabulary.size
    logits = g.reshape(Head(f"{HEAD}.weight", text.hidden, vocabulary)(g, hidden), 0, vocabulary)
    return _finish(g, "step", inputs, [("logits", logits, FLOAT, ["R", vocabulary]), *grown])


def build_decode(config: ModelConfig, shape: PolicyShape, settings: DecodeSettings) -> BuiltGraph:
    """The loop of the policy by itself, on a cache that comes from outside."""
    g, text, length = Builder(), config.text, shape.prompt_length
    padded = steady_length(g, length)
    batch = g.shape("last_hidden", 0, 1)
    layers: list[LayerCache] = []
    inputs: list[Declared] = [
        ("last_hidden", FLOAT, ["B", 1, text.hidden]),
        ("next_position", INT64, ["B", 1]),
        ("uniforms", FLOAT, ["B", "K", settings.max_tokens]),
    ]
    for key, value in _cache_names("past", text.layers):
        inputs += [(name, FLOAT, ["B", text.kv_heads, length, text.head_dim]) for name in (key, value)]
        key_zeros = g.concat([batch, g.ints([text.kv_heads, text.head_dim, padded - length])], axis=0)
        value_zeros = g.concat([batch, g.ints([text.kv_heads, padded - length, text.head_dim])], axis=0)
        keys = pad_axis(g, g.transpose(key, 0, 1, 3, 2), (key_zeros, FLOAT), 3, length, padded)
        layers.append(LayerCache(keys, pad_axis(g, value, (value_zeros, FLOAT), 2, length, padded)))
    visible = [0.0] * length + [-1e30] * (padded - length)
    mask = g.numbers(visible, (1, 1, 1, padded))
    prompt = Prompt(layers, "last_hidden", mask, padded, "next_position")
    said = decode(g, prompt, "uniforms", config, settings, _rotary(config, shape, settings))
    per_token: list[int | str] = ["B", "K", settings.max_tokens]
    return _finish(
        g,
        "decode",
        inputs,
        [
            ("tokens", said.tokens, INT64, per_token),
            ("logprobs", said.logprobs, FLOAT, per_token),
            ("token_counts", said.counts, INT64, ["B", "K"]),
        ],
    )


def _finish(
    g: Builder,
    name: str,
    inputs: list[Declared],
    outputs: list[tuple[str, Value, int, list[int | str]]],
) -> BuiltGraph:
    for output, value, _, _ in outputs:
        g.rename_output(value, output)
    graph = g.graph(name, inputs, [(output, onnx_type, axes) for output, _, onnx_type, axes in outputs])
    return BuiltGraph(graph, g.weights)
