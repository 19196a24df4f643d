"""The tokenizer of a bundle: the checkpoint's own, or the base tokenizer with the tokens of Alpamayo added.

The released 1.5 checkpoint holds no tokenizer. It is that of Qwen3-VL with the trajectory bins and 28 special tokens
after it, in this order (`_build_tokenizer` of the public code); ids follow from the order and are checked.
"""

from pathlib import Path

from tokenizers import AddedToken, Tokenizer

from errors import ExportError
from model_config import ModelConfig
from prompt import token_id

FILE = "tokenizer.json"
_COMMON = "prompt_start prompt_end image_start {0} image_end traj_history_start {1} traj_history_end cot_start cot_end "
_COMMON += "{2} {3} traj_future_start {4} traj_future_end traj_history traj_future image_pad {5} {6} {7} {8} "
_COMMON += "route_start route_pad route_end question_start question_end answer_start answer_end"
_RESERVED = {
    "r1": (
        "image_pre_tkn traj_history_pre_tkn meta_action_start meta_action_end traj_future_pre_tkn vectorized_wm "
        "vectorized_wm_start vectorized_wm_end vectorized_wm_pre_tkn"
    ).split(),
    "1.5": [f"_padding_{number}" for number in range(9)],
}


def load_tokenizer(config: ModelConfig, checkpoint: Path, given: Path | None) -> Tokenizer:
    """`given` is a tokenizer.json, or a folder with one; else the checkpoint's, else that of a folder `vlm` in it.

    Tokens of Alpamayo that it lacks are added. Throws ExportError unless the ids are those of config.json.
    """
    file = _find(checkpoint, given)
    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as why:  # the library throws plain Exception
        raise ExportError(f"{file} is not a tokenizer.json: {why}") from None
    if tokenizer.token_to_id("<i0>") is None:
        _extend(tokenizer, config)
    _check(tokenizer, config, file)
    return tokenizer


def special_tokens(config: ModelConfig) -> list[str]:
    """The special tokens in the order of their ids; the base vocabulary has <|image_pad|> already."""
    return [f"<|{name}|>" for name in _COMMON.format(*_RESERVED[config.variant]).split()]


def _find(checkpoint: Path, given: Path | None) -> Path:
    if given is not None:
        file = given / FILE if given.is_dir() else given
        if not file.is_file():
            raise ExportError(f"{given} holds no {FILE}")
        return file
    for file in (checkpoint / FILE, checkpoint / "vlm" / FILE):
        if file.is_file():
            return file
    raise ExportError(
        f"{checkpoint} holds no {FILE}",
        "give that of Qwen/Qwen3-VL-8B-Instruct with --tokenizer; the tokens of Alpamayo are added to it",
    )


def _extend(tokenizer: Tokenizer, config: ModelConfig) -> None:
    bins = [AddedToken(f"<i{bin}>", special=False) for bin in range(config.vocabulary.bins)]
    tokenizer.add_tokens(bins)
    tokenizer.add_special_tokens([AddedToken(name, special=True, normalized=False) for name in special_tokens(config)])


def _check(tokenizer: Tokenizer, config: ModelConfig, file: Path) -> None:
    vocabulary = config.vocabulary
    expected = {
        "<i0>": vocabulary.bins_first,
        f"<i{vocabulary.bins - 1}>": vocabulary.bins_first + vocabulary.bins - 1,
        "<|traj_future_start|>": vocabulary.end_id,
        "<|image_pad|>": vocabulary.image_id,
    }
    for token, wanted in expected.items():
        found = token_id(tokenizer, token)
        if found != wanted:
            raise ExportError(
                f"{file}: {token} is token {found}, config.json says {wanted}",
                "it is the tokenizer of another model",
            )
    if tokenizer.get_vocab_size(with_added_tokens=True) > vocabulary.size:
        raise ExportError(f"{file} has more tokens than the {vocabulary.size} of config.json")
