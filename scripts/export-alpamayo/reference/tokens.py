"""The vocabulary of Alpamayo on top of a Qwen3-VL tokenizer: which tokens are added, in which order, at which ids.

Facts: `SPECIAL_TOKENS_KEYS`, `TRAJ_TOKEN` and `_build_tokenizer` of NVlabs/alpamayo `models/base_model.py`. After the
base vocabulary stand 4000 trajectory bins (3000 of the future, then 1000 of the history), then 28 new special tokens:
the list below has 29, of which `<|image_pad|>` is in the base vocabulary already.
"""

from tokenizers import AddedToken, Tokenizer

FUTURE_BINS = 3000
HISTORY_BINS = 1000
BINS = FUTURE_BINS + HISTORY_BINS

_SLOTS_R1 = (
    "prompt_start prompt_end image_start image_pre_tkn image_end traj_history_start traj_history_pre_tkn "
    "traj_history_end cot_start cot_end meta_action_start meta_action_end traj_future_start traj_future_pre_tkn "
    "traj_future_end traj_history traj_future image_pad vectorized_wm vectorized_wm_start vectorized_wm_end "
    "vectorized_wm_pre_tkn route_start route_pad route_end question_start question_end answer_start answer_end"
).split()
# Alpamayo 1.5 keeps every slot where it was and renames those that it no longer uses.
_RESERVED_15 = {
    "image_pre_tkn": "_padding_0",
    "traj_history_pre_tkn": "_padding_1",
    "meta_action_start": "_padding_2",
    "meta_action_end": "_padding_3",
    "traj_future_pre_tkn": "_padding_4",
    "vectorized_wm": "_padding_5",
    "vectorized_wm_start": "_padding_6",
    "vectorized_wm_end": "_padding_7",
    "vectorized_wm_pre_tkn": "_padding_8",
}
TRAJECTORY_TOKENS = {
    "history": "<|traj_history|>",
    "future": "<|traj_future|>",
    "history_start": "<|traj_history_start|>",
    "future_start": "<|traj_future_start|>",
    "history_end": "<|traj_history_end|>",
    "future_end": "<|traj_future_end|>",
}


def special_tokens(variant: str) -> list[str]:
    """The 29 special tokens of `variant` ("r1" or "1.5"), in the order of their ids."""
    names = _SLOTS_R1 if variant == "r1" else [_RESERVED_15.get(name, name) for name in _SLOTS_R1]
    return [f"<|{name}|>" for name in names]


def extend(base: Tokenizer, variant: str) -> Tokenizer:
    """A copy of the base tokenizer with the trajectory bins and special tokens of `variant` added."""
    tokenizer = Tokenizer.from_str(base.to_str())
    tokenizer.add_tokens([AddedToken(f"<i{bin}>", normalized=True, special=False) for bin in range(BINS)])
    tokenizer.add_special_tokens(
        [AddedToken(token, normalized=False, special=True) for token in special_tokens(variant)]
    )
    return tokenizer


def trajectory_token_ids(tokenizer: Tokenizer) -> dict[str, int]:
    """`traj_token_ids` of config.json."""
    return {name: token_id(tokenizer, token) for name, token in TRAJECTORY_TOKENS.items()}


def token_id(tokenizer: Tokenizer, token: str) -> int:
    """Id of one token that must exist."""
    found = tokenizer.token_to_id(token)
    if found is None:
        raise KeyError(f"the tokenizer has no token {token!r}")
    return found
