"""Draws one token from logits and a uniform number: the rule that the graph and the documentation share."""

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class SamplingRule:
    """`banned`: first id and number of the trajectory bins, which are never drawn."""

    temperature: float
    top_p: float
    banned: tuple[int, int]


@dataclass(frozen=True)
class Draw:
    token: int
    logprob: float
    #: How much probability would have to move before another token were drawn: how far rounding was from mattering.
    margin: float
    #: float32 [vocabulary]: log-probabilities of the model, minus infinity where banned.
    logprobs: torch.Tensor


def draw_token(logits: torch.Tensor, uniform: float, rule: SamplingRule) -> Draw:
    """`logits` float32 [vocabulary], `uniform` in [0,1).

    Tokens stand in the order of their probability at the temperature, ties by the lower id. A token is kept when the
    probability before it is below `top_p`, so the first always is. The draw is `uniform` times the sum of those kept,
    and takes the first whose sum up to and including itself is above it. The log-probability is that of the model:
    temperature 1, without the cut.
    """
    first, count = rule.banned
    logits = logits.float().clone()
    logits[first : first + count] = -torch.inf
    logprobs = torch.log_softmax(logits, dim=-1)
    probabilities = torch.softmax(logits / rule.temperature, dim=-1)
    ordered, ids = torch.sort(probabilities, descending=True, stable=True)
    # Sums in float64: the rule is exact, the graph's float32 may differ from it by rounding only.
    up_to = ordered.double().cumsum(-1)
    before = up_to - ordered.double()
    kept = int((before < rule.top_p).sum())
    place = _place(up_to, kept, uniform)
    margin = float((up_to[:kept] - uniform * up_to[kept - 1]).abs().min())
    # Rounding could also cut one token more or less; that matters only where the draw would fall on another token.
    for other, edge in ((kept - 1, before[kept - 1]), (kept + 1, up_to[kept - 1])):
        if 0 < other <= len(up_to) and _place(up_to, other, uniform) != place:
            margin = min(margin, abs(float(edge) - rule.top_p))
    token = int(ids[place])
    return Draw(token, float(logprobs[token]), margin, logprobs)


def _place(up_to: torch.Tensor, kept: int, uniform: float) -> int:
    """Place of the draw among the first `kept` tokens, in the order of their probability."""
    return min(int((up_to[:kept] <= uniform * up_to[kept - 1]).sum()), kept - 1)
