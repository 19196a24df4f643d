"""Drawing a token from logits with a uniform number of the host: temperature, then the nucleus, then inverse CDF.

Axes: rows of any number of axes, written ...; V vocabulary.
"""

from dataclasses import dataclass

import numpy as np

from .builder import FLOAT, INT64, Builder, Value
from .weights import Weight

#: Cumulative sums are taken in blocks: runtimes sum them one by one, some in quadratic time.
_BLOCK = 512
#: Tokens that are sorted first. Only if they do not hold the nucleus of every row, all are.
_CANDIDATES = 1024


@dataclass(frozen=True)
class DecodeSettings:
    max_tokens: int
    temperature: float
    top_p: float
    end_id: int
    pad_id: int
    #: First id and number of the ids that are never drawn.
    banned_first: int
    banned: int
    #: The most likely tokens that are told of each place; none when 0. Nothing is drawn by it.
    told: int = 0


@dataclass(frozen=True)
class TopTokens:
    """The most likely first. [..., k]"""

    #: int64
    ids: Value
    #: float32, of the distribution of `Draw.logprob`
    logprobs: Value


@dataclass(frozen=True)
class Draw:
    #: int64 [...]
    token: Value
    #: float32 [...]: log-softmax of the logits at the token, before temperature and nucleus, without banned ids.
    logprob: Value
    #: None when `told` is 0.
    top: TopTokens | None


def draw(g: Builder, logits: Value, uniform: Value, vocabulary: int, settings: DecodeSettings) -> Draw:
    """One token per row of float32 logits [..., V] with `uniform` [...] in [0, 1).

    Tokens are sorted by probability, ties by lower id. A token is kept while the sum before it is below top_p; the
    drawn one is the first whose running sum exceeds uniform * (sum of the kept).
    """
    allowed = g.add(logits, _banned(g, vocabulary, settings))
    logprobs = g.op("LogSoftmax", allowed, axis=-1)
    shares = g.softmax(g.div(allowed, g.number(settings.temperature)))
    if vocabulary <= 4 * _CANDIDATES:
        token = _pick(g, shares, uniform, vocabulary, settings.top_p)
    else:
        token = _pick_in_two_tiers(g, shares, uniform, vocabulary, settings.top_p)
    at = g.unsqueeze(token, -1)
    logprob = g.op("Squeeze", g.op("GatherElements", logprobs, at, axis=-1), g.ints([-1]))
    return Draw(token, logprob, _top(g, logprobs, settings.told))


def _top(g: Builder, logprobs: Value, told: int) -> TopTokens | None:
    """The largest of float32 [..., V]."""
    if told == 0:
        return None
    largest, ids = g.ops("TopK", [logprobs, g.ints([told])], 2, axis=-1, largest=1, sorted=1)
    return TopTokens(ids, largest)


def _banned(g: Builder, vocabulary: int, settings: DecodeSettings) -> Value:
    """float32 [V]: 0, and minus infinity for banned ids."""

    def make(_: object) -> np.ndarray:
        mask = np.zeros(vocabulary, np.float32)
        mask[settings.banned_first : settings.banned_first + settings.banned] = -np.inf
        return mask

    return g.weight(Weight("banned_ids", (vocabulary,), FLOAT, make))


def _pick(g: Builder, shares: Value, uniform: Value, candidates: int, top_p: float) -> Value:
    """int64 [...]: sorts the largest `candidates` of `shares` [..., V] and picks among them."""
    sorted_shares, ids = g.ops("TopK", [shares, g.ints([candidates])], 2, axis=-1, largest=1, sorted=1)
    running = _running_sum(g, sorted_shares, candidates)
    before = g.concat([_zero_like_first(g, running), g.slice(running, -1, 0, candidates - 1)], axis=-1)
    # A share of nothing is never kept, whatever rounding does to the sums.
    kept = g.op("And", g.op("Less", before, g.number(top_p)), g.op("Greater", sorted_shares, g.number(0.0)))
    total = g.reduce("ReduceMax", g.where(kept, running, g.number(0.0)), -1)
    wanted = g.unsqueeze(g.mul(uniform, total), -1)
    passed = g.op("And", g.op("LessOrEqual", running, wanted), kept)
    place = g.reduce("ReduceSum", g.cast(passed, INT64), -1, keep=True)
    last = g.sub(g.reduce("ReduceSum", g.cast(kept, INT64), -1, keep=True), g.integer(1))
    chosen = g.op("GatherElements", ids, g.op("Min", place, last), axis=-1)
    return g.op("Squeeze", chosen, g.ints([-1]))


def _pick_in_two_tiers(g: Builder, shares: Value, uniform: Value, vocabulary: int, top_p: float) -> Value:
    """The same token as `_pick` over the whole vocabulary, mostly without sorting it.

    Running sums of the first candidates are the same bits either way, so a row's token does not hang on which way the
    other rows made necessary.
    """
    first = g.ops("TopK", [shares, g.ints([_CANDIDATES])], 2, axis=-1, largest=1, sorted=1)[0]
    held = g.slice(_running_sum(g, first, _CANDIDATES), -1, _CANDIDATES - 1, _CANDIDATES)
    enough = g.op("GreaterOrEqual", g.op("ReduceMin", held, keepdims=0), g.number(top_p))
    branches = {}
    for branch, candidates in (("then_branch", _CANDIDATES), ("else_branch", vocabulary)):
        body = g.body()
        token = _pick(body, shares, uniform, candidates, top_p)
        branches[branch] = body.graph(branch, [], [(token, INT64, None)])
    return g.op("If", enough, **branches)


def _running_sum(g: Builder, values: Value, length: int) -> Value:
    """Inclusive cumulative sum of [..., length] over the last axis, in blocks; never decreases for values >= 0."""
    if length <= _BLOCK:
        return g.op("CumSum", values, g.integer(-1))
    blocks = -(-length // _BLOCK)
    padding = blocks * _BLOCK - length
    if padding:
        # Zeros by arithmetic: their shape follows from the values.
        tail = g.mul(g.slice(values, -1, 0, padding), g.number(0.0))
        values = g.concat([values, tail], axis=-1)
    cut = g.op("Reshape", values, g.ints([0, 0, blocks, _BLOCK]))
    within = g.op("CumSum", cut, g.integer(-1))
    sums = g.slice(within, -1, _BLOCK - 1, _BLOCK)
    offsets = g.op("CumSum", sums, g.integer(-2), exclusive=1)
    joined = g.reshape(g.add(within, offsets), 0, 0, blocks * _BLOCK)
    return g.slice(joined, -1, 0, length) if padding else joined


def _zero_like_first(g: Builder, running: Value) -> Value:
    """[..., 1] of zeros."""
    return g.mul(g.slice(running, -1, 0, 1), g.number(0.0))


def all_finished(g: Builder, finished: Value) -> Value:
    """bool []: no element of bool [B, K] is false."""
    unfinished = g.cast(g.op("Not", finished), INT64)
    return g.op("Equal", g.op("ReduceSum", unfinished, keepdims=0), g.integer(0))
