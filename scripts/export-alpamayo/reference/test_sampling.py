"""The sampling rule on probabilities that can be checked by hand."""

import math

import pytest
import torch

from reference.sampling import SamplingRule, draw_token

NONE_BANNED = (0, 0)


def logits(*probabilities: float) -> torch.Tensor:
    return torch.tensor(probabilities).log()


@pytest.mark.parametrize(
    ("uniform", "token"),
    [(0.0, 2), (0.49, 2), (0.51, 0), (0.79, 0), (0.81, 1), (0.999, 1)],
)
def test_draws_the_first_token_whose_sum_is_above_the_number(uniform: float, token: int) -> None:
    """In order: token 2 up to 0.5, token 0 up to 0.8, token 1 up to 1."""
    rule = SamplingRule(temperature=1.0, top_p=1.0, banned=NONE_BANNED)
    assert draw_token(logits(0.3, 0.2, 0.5), uniform, rule).token == token


def test_keeps_what_begins_below_the_limit() -> None:
    """0.5 stands before token 0, so it is kept; 0.8 before token 1, so it is not: 0.999 of 0.8 is token 0's."""
    rule = SamplingRule(temperature=1.0, top_p=0.6, banned=NONE_BANNED)
    assert draw_token(logits(0.3, 0.2, 0.5), 0.999, rule).token == 0


def test_keeps_one_token_at_least() -> None:
    rule = SamplingRule(temperature=1.0, top_p=1e-6, banned=NONE_BANNED)
    assert draw_token(logits(0.3, 0.2, 0.5), 0.999, rule).token == 2


def test_equal_tokens_stand_in_the_order_of_their_ids() -> None:
    rule = SamplingRule(temperature=1.0, top_p=1.0, banned=NONE_BANNED)
    drawn = [draw_token(logits(0.25, 0.25, 0.25, 0.25), (i + 0.5) / 4, rule).token for i in range(4)]
    assert drawn == [0, 1, 2, 3]


def test_banned_tokens_are_neither_drawn_nor_counted() -> None:
    rule = SamplingRule(temperature=1.0, top_p=1.0, banned=(1, 2))
    one = draw_token(logits(0.1, 0.5, 0.3, 0.1), 0.6, rule)
    assert one.token == 3
    assert one.logprob == pytest.approx(math.log(0.5))


def test_the_logprob_is_that_of_the_model_whatever_the_temperature_and_the_cut() -> None:
    one = draw_token(logits(0.3, 0.2, 0.5), 0.1, SamplingRule(temperature=0.5, top_p=0.3, banned=NONE_BANNED))
    assert one.logprob == pytest.approx(math.log(0.5))


def test_the_margin_is_the_way_to_the_next_token() -> None:
    rule = SamplingRule(temperature=1.0, top_p=1.0, banned=NONE_BANNED)
    assert draw_token(logits(0.3, 0.2, 0.5), 0.45, rule).margin == pytest.approx(0.05, abs=1e-6)
