"""The text, token by token, in a loop of the graph. Every sample reads the one prompt cache and grows its own.

Axes: B windows, K samples, M tokens, G key heads, R query heads per key head, C head_dim, S slots of the prompt,
i tokens so far. State of the loop: finished [B, K], counts [B, K], the normed hidden state [B, K, D] from which the
next token is drawn, and per layer the keys [B, G, K, C, i] and values [B, G, K, i, C] of the sample's own text.

  draw token i -> note it, unless finished -> its keys and values -> hidden state for token i + 1
  until every sample has drawn the end token, or M tokens are drawn

The end token goes through the layers like any other, so the expert finds its keys. A finished sample goes on with pad
tokens that nobody reads.
"""

from dataclasses import dataclass, replace

from onnx import GraphProto

from model_config import ModelConfig, TextConfig
from tensor_names import HEAD, TEXT

from .attention import apart, masked_softmax, row_products, steady_length
from .builder import BOOL, FLOAT, INT64, Builder, Declared, Value
from .layers import Embedding, Head, rms_norm
from .prefill import LayerCache, Prompt
from .rotary import TextRotary, Turn
from .sampling import DecodeSettings, TopTokens, all_finished, draw
from .text_layer import TextLayer


@dataclass(frozen=True)
class Text:
    """What the samples said."""

    #: int64 [B, K, M]: pad after the end.
    tokens: Value
    #: float32 [B, K, M]: 0 after the end.
    logprobs: Value
    #: [B, K, M, k]: of the text; undefined after its end. None when the settings ask for none.
    top: TopTokens | None
    #: int64 [B, K]
    counts: Value
    #: Low, per layer: keys [B, G, K, C, L] and values [B, G, K, L, C], padded with zeros to L = `length`.
    layers: list[LayerCache]
    length: int


def decode(
    g: Builder,
    prompt: Prompt,
    uniforms: Value,
    config: ModelConfig,
    settings: DecodeSettings,
    rotary: TextRotary,
) -> Text:
    """Samples texts with float32 `uniforms` [B, K, M]."""
    text = config.text
    with g.scope("decode"):
        per_sample = g.shape(uniforms, 0, 2)
        batch, samples = g.shape(uniforms, 0, 1), g.shape(uniforms, 1, 2)
        one = g.ints([1])
        hidden = g.op("Expand", prompt.last_hidden, g.concat([per_sample, one], axis=0))
        finished = g.filled(per_sample, False, BOOL)
        counts = g.filled(per_sample, 0, INT64)
        heads = [batch, g.ints([text.kv_heads]), samples]
        no_keys = g.filled(g.concat([*heads, g.ints([text.head_dim, 0])], axis=0), 0, g.compute_type)
        no_values = g.filled(g.concat([*heads, g.ints([0, text.head_dim])], axis=0), 0, g.compute_type)
        by_turn = g.transpose(uniforms, 2, 0, 1)
        caches = [LayerCache(apart(g, one.keys), apart(g, one.values)) for one in prompt.layers]

        body = _body(g, replace(prompt, layers=caches), by_turn, config, settings, rotary)
        carried = [hidden, finished, counts, *[no_keys, no_values] * text.layers]
        keep_going = g.true()
        results = g.loop(settings.max_tokens, keep_going, carried, body, scanned=4 if settings.told else 2)
        counts, grown = results[2], results[3 : 3 + 2 * text.layers]
        tokens, logprobs, *told = results[3 + 2 * text.layers :]

        length = steady_length(g, settings.max_tokens)
        full = _FullLength(g, per_sample, heads, settings.max_tokens, length)
        layers = [full.cache(g, keys, values, text) for keys, values in zip(grown[0::2], grown[1::2], strict=True)]
        return Text(
            full.texts(g, tokens, settings.pad_id, INT64),
            full.texts(g, logprobs, 0.0, FLOAT),
            TopTokens(
                full.texts(g, told[0], settings.pad_id, INT64, settings.told),
                full.texts(g, told[1], 0.0, FLOAT, settings.told),
            )
            if told
            else None,
            counts,
            layers,
            length,
        )


def _body(
    outer: Builder,
    prompt: Prompt,
    by_turn: Value,
    config: ModelConfig,
    settings: DecodeSettings,
    rotary: TextRotary,
) -> GraphProto:
    """One turn of the loop, as a graph."""
    g, text = outer.body(), config.text
    turn, going = g.fresh("turn"), g.fresh("going")
    hidden, finished, counts = g.fresh("hidden"), g.fresh("finished"), g.fresh("counts")
    old = [(g.fresh(f"keys.{index}"), g.fresh(f"values.{index}")) for index in range(text.layers)]

    vocabulary = config.vocabulary.size
    head = f"{TEXT}.embed_tokens.weight" if config.tied_head else f"{HEAD}.weight"
    logits = Head(head, text.hidden, vocabulary)(g, hidden)
    drawn = draw(g, logits, g.gather(by_turn, turn), vocabulary, settings)
    token = g.where(finished, g.integer(settings.pad_id), drawn.token)
    logprob = g.where(finished, g.number(0.0), drawn.logprob)
    counts_after = g.add(counts, g.cast(g.op("Not", finished), INT64))
    finished_after = g.op("Or", finished, g.op("Equal", drawn.token, g.integer(settings.end_id)))

    state = Embedding(f"{TEXT}.embed_tokens.weight", vocabulary, text.hidden)(g, token)
    # [B, 1, 1, C]: the same position for all samples and heads.
    at = rotary.alike(g, g.add(prompt.next_position, turn))
    rope = Turn(g.unsqueeze(at.cos, 1), g.unsqueeze(at.sin, 1))
    new: list[Value] = []
    for index in range(text.layers):
        with g.scope(f"layers.{index}"):
            state, grown = _layer(
                g, state, TextLayer(TEXT, index, text), prompt, prompt.layers[index], old[index], rope, text
            )
            new += grown
    hidden_after = rms_norm(g, state, f"{TEXT}.norm.weight", text.hidden, text.eps)

    more = g.op("Not", all_finished(g, finished_after))
    low = g.compute_type
    heads: list[int | str] = ["B", text.kv_heads, "K"]
    inputs: list[Declared] = [
        (turn, INT64, []),
        (going, BOOL, []),
        (hidden, FLOAT, ["B", "K", text.hidden]),
        (finished, BOOL, ["B", "K"]),
        (counts, INT64, ["B", "K"]),
    ]
    for keys, values in old:
        inputs.append((keys, low, [*heads, text.head_dim, None]))
        inputs.append((values, low, [*heads, None, text.head_dim]))
    outputs: list[Declared] = [
        (more, BOOL, []),
        (hidden_after, FLOAT, None),
        (finished_after, BOOL, None),
        (counts_after, INT64, None),
        *[(value, low, None) for value in new],
        (token, INT64, None),
        (logprob, FLOAT, None),
    ]
    if drawn.top is not None:
        outputs += [(drawn.top.ids, INT64, None), (drawn.top.logprobs, FLOAT, None)]
    return g.graph("one_token", inputs, outputs)


def _layer(
    g: Builder,
    state: Value,
    layer: TextLayer,
    prompt: Prompt,
    cache: LayerCache,
    old: tuple[Value, Value],
    rope: Turn,
    text: TextConfig,
) -> tuple[Value, list[Value]]:
    """The new token of every sample through one layer: state [B, K, D], and the grown keys and values."""
    width = text.head_dim
    normed = layer.normed(g, state)
    keys = g.concat([old[0], g.unsqueeze(g.transpose(layer.keys(g, normed, rope), 0, 2, 1, 3), 4)], axis=4)
    values = g.concat([old[1], g.unsqueeze(g.transpose(layer.values(g, normed), 0, 2, 1, 3), 3)], axis=3)

    grouped = g.reshape(layer.queries(g, normed, rope), 0, 0, text.kv_heads, text.group, width)
    queries = g.low(g.transpose(grouped, 0, 2, 1, 3, 4))  # [B, G, K, R, C]
    # All samples ask the prompt in one product.
    asked = row_products(g, g.reshape(queries, 0, 0, -1, width), cache.keys)
    to_prompt = g.reshape(g.add(asked, prompt.mask), 0, 0, -1, text.group, prompt.length)
    to_self = row_products(g, queries, apart(g, keys, lead=3), lead=3)
    shares = masked_softmax(g, g.concat([to_prompt, to_self], axis=4), None)

    of_prompt = g.reshape(g.slice(shares, 4, 0, prompt.length), 0, 0, -1, prompt.length)
    from_prompt = g.reshape(row_products(g, of_prompt, cache.values), 0, 0, -1, text.group, width)
    from_self = row_products(g, g.slice(shares, 4, prompt.length), apart(g, values, lead=3), lead=3)
    seen = g.transpose(g.low(g.add(from_prompt, from_self)), 0, 2, 1, 3, 4)
    return layer.finish(g, state, g.reshape(seen, 0, 0, text.heads * width)), [keys, values]


class _FullLength:
    """Brings what the loop left, however early it stopped, to a fixed length.

    The expert then sums over the same number of terms whether other samples wrote more or not.
    """

    def __init__(self, g: Builder, per_sample: Value, heads: list[Value], max_tokens: int, length: int) -> None:
        self._per_sample, self._heads = per_sample, heads
        self._max_tokens, self._length = max_tokens, length

    def texts(self, g: Builder, scanned: Value, fill: float | int, onnx_type: int, *rest: int) -> Value:
        """[turns, B, K, rest] -> [B, K, M, rest], where rest is one axis or none"""
        shape = g.concat([self._per_sample, g.ints([self._max_tokens, *rest])], axis=0)
        by_sample = g.transpose(scanned, 1, 2, 0, *range(3, 3 + len(rest)))
        filled = g.concat([by_sample, g.filled(shape, fill, onnx_type)], axis=2)
        return g.slice(filled, 2, 0, self._max_tokens)

    def cache(self, g: Builder, keys: Value, values: Value, text: TextConfig) -> LayerCache:
        key_shape = g.concat([*self._heads, g.ints([text.head_dim, self._length])], axis=0)
        value_shape = g.concat([*self._heads, g.ints([self._length, text.head_dim])], axis=0)
        return LayerCache(
            g.slice(g.concat([keys, g.filled(key_shape, 0, g.compute_type)], axis=4), 4, 0, self._length),
            g.slice(g.concat([values, g.filled(value_shape, 0, g.compute_type)], axis=3), 3, 0, self._length),
        )
