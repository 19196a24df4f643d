"""Tokens are drawn by the rule that the contract of bundles states; figures can be checked by hand."""

from dataclasses import replace

import numpy as np
import pytest

from graph.builder import Builder
from graph.sampling import DecodeSettings, draw
from running import evaluate


def settings(top_p: float, temperature: float = 1.0, banned: int = 0) -> DecodeSettings:
    return DecodeSettings(8, temperature, top_p, end_id=0, pad_id=1, banned_first=0, banned=banned)


def drawn(logits: np.ndarray, uniforms: np.ndarray, rule: DecodeSettings) -> tuple[np.ndarray, np.ndarray]:
    """Tokens and log-probabilities for logits [1, K, V] and uniforms [1, K]."""
    g = Builder()
    result = draw(g, "logits", "uniforms", logits.shape[-1], rule)
    feeds = {"logits": logits.astype(np.float32), "uniforms": uniforms.astype(np.float32)}
    token, logprob = evaluate(g, [result.token, result.logprob], feeds)
    return token[0], logprob[0]


def of_shares(shares: list[float], count: int) -> np.ndarray:
    return np.tile(np.log(np.array(shares)), (1, count, 1))


def test_the_uniform_number_walks_along_the_sorted_shares() -> None:
    uniforms = np.array([[0.0, 0.39, 0.41, 0.69, 0.71, 0.95]])
    tokens, logprobs = drawn(of_shares([0.1, 0.4, 0.2, 0.3], 6), uniforms, settings(top_p=1.0))
    assert tokens.tolist() == [1, 1, 3, 3, 2, 0]
    np.testing.assert_allclose(np.exp(logprobs), [0.4, 0.4, 0.3, 0.3, 0.2, 0.1], rtol=1e-5)


def test_the_nucleus_keeps_a_token_while_the_sum_before_it_is_below_top_p() -> None:
    # Before tokens 1, 3, 2, 0 stand 0, 0.4, 0.7, 0.9: at 0.75 three are kept, and 0.9 is all there is.
    uniforms = np.array([[0.999, 0.78, 0.77]])
    tokens, logprobs = drawn(of_shares([0.1, 0.4, 0.2, 0.3], 3), uniforms, settings(top_p=0.75))
    assert tokens.tolist() == [2, 2, 3]
    # The log-probability knows nothing of the cut.
    np.testing.assert_allclose(np.exp(logprobs), [0.2, 0.2, 0.3], rtol=1e-5)


def test_a_tiny_nucleus_still_holds_the_likeliest_token() -> None:
    tokens, _ = drawn(of_shares([0.3, 0.5, 0.2], 1), np.array([[0.999]]), settings(top_p=0.01))
    assert tokens.tolist() == [1]


def test_ties_go_to_the_lower_id() -> None:
    tokens, _ = drawn(np.zeros((1, 4, 4)), np.array([[0.1, 0.3, 0.6, 0.9]]), settings(top_p=1.0))
    assert tokens.tolist() == [0, 1, 2, 3]


def test_banned_ids_take_no_share_of_the_probability() -> None:
    shares = of_shares([0.9, 0.05, 0.03, 0.02], 2)
    tokens, logprobs = drawn(shares, np.array([[0.49, 0.9999]]), settings(top_p=1.0, banned=1))
    assert tokens.tolist() == [1, 3]
    np.testing.assert_allclose(np.exp(logprobs), [0.5, 0.2], rtol=1e-5)


def test_temperature_sharpens_the_draw_but_not_the_log_probability() -> None:
    # Squared: 0.36 and 0.16, so 0.692 and 0.308.
    shares = of_shares([0.6, 0.4], 2)
    tokens, logprobs = drawn(shares, np.array([[0.69, 0.70]]), settings(top_p=1.0, temperature=0.5))
    assert tokens.tolist() == [0, 1]
    np.testing.assert_allclose(np.exp(logprobs), [0.6, 0.4], rtol=1e-5)


def test_the_most_likely_tokens_know_nothing_of_temperature_and_cut_and_are_told_in_order() -> None:
    rule = replace(settings(top_p=0.01, temperature=0.5, banned=1), told=3)
    g = Builder()
    result = draw(g, "logits", "uniforms", 5, rule)
    assert result.top is not None
    feeds = {
        "logits": of_shares([0.5, 0.1, 0.2, 0.05, 0.15], 2).astype(np.float32),
        "uniforms": np.array([[0.1, 0.9]], np.float32),
    }
    token, logprob, ids, logprobs = evaluate(g, [result.token, result.logprob, result.top.ids, result.top.logprobs], feeds)
    # Id 0 is banned: the others share what is left.
    assert ids.tolist() == [[[2, 4, 1]] * 2]
    np.testing.assert_allclose(np.exp(logprobs), [[[0.4, 0.3, 0.2]] * 2], rtol=1e-5)
    assert token.tolist() == [[2, 2]]
    np.testing.assert_array_equal(logprob, logprobs[..., 0])


def plainly(logits: np.ndarray, uniform: float, rule: DecodeSettings) -> int:
    """The rule in float64, for a row."""
    allowed = logits.astype(np.float64).copy()
    allowed[rule.banned_first : rule.banned_first + rule.banned] = -np.inf
    shares = np.exp(allowed / rule.temperature - np.max(allowed / rule.temperature))
    shares /= shares.sum()
    order = np.argsort(-shares, kind="stable")
    running = np.cumsum(shares[order])
    kept = int(((running - shares[order]) < rule.top_p).sum())
    place = int((running[:kept] <= uniform * running[kept - 1]).sum())
    return int(order[min(place, kept - 1)])


@pytest.mark.parametrize("spread", [0.01, 0.5, 4.0])
def test_a_large_vocabulary_is_drawn_from_like_a_small_one(spread: float) -> None:
    """6000 tokens: at a spread of 0.01 nearly all are in the nucleus, at 4 only a few; both ways to sort are taken."""
    random = np.random.default_rng(3)
    rule = settings(top_p=0.98, temperature=0.6, banned=500)
    logits = (random.standard_normal((1, 16, 6000)) * spread).astype(np.float32)
    uniforms = random.random((1, 16)).astype(np.float32)
    tokens, _ = drawn(logits, uniforms, rule)
    assert tokens.tolist() == [plainly(logits[0, k], float(uniforms[0, k]), rule) for k in range(16)]


def test_a_token_does_not_hang_on_which_way_other_rows_made_necessary() -> None:
    random = np.random.default_rng(4)
    rule = settings(top_p=0.98)
    peaked = random.standard_normal((1, 1, 6000)) * 4
    flat = random.standard_normal((1, 1, 6000)) * 0.01
    uniforms = np.array([[0.9371, 0.5]])
    alone = drawn(peaked, uniforms[:, :1], rule)
    together = drawn(np.concatenate([peaked, flat], axis=1), uniforms, rule)
    assert alone[0][0] == together[0][0]
    assert alone[1][0] == together[1][0]
