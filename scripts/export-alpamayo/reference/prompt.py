"""The prompt of Alpamayo R1 and 1.5 as token ids, without padding: what the plain reference feeds to the model.

Strings are interface constants of the models (`create_message` in NVlabs/alpamayo `helper.py` and NVlabs/alpamayo1.5
`helper.py`); `compare_with_nvlabs.py` holds these ids against the chat template run by transformers.
"""

from collections.abc import Sequence

import numpy as np
from tokenizers import Tokenizer

from reference.configs import Variant
from reference.tokens import FUTURE_BINS, HISTORY_BINS, token_id

CAMERA_LABELS = {
    0: "Front left camera",
    1: "Front camera",
    2: "Front right camera",
    3: "Rear left camera",
    4: "Rear camera",
    5: "Rear right camera",
    6: "Front telephoto camera",
}
SYSTEM = "You are a driving assistant that generates safe and accurate actions."
INSTRUCTION = "output the chain-of-thought reasoning of the driving process, then output the future trajectory."
HISTORY_MIN = np.array([-4, -4, -10], np.float32)
HISTORY_MAX = np.array([4, 4, 10], np.float32)


def prompt_text(
    variant: Variant,
    cameras: Sequence[int],
    frames: int,
    image_tokens: int,
    history_tokens: int,
    navigation: str | None = None,
) -> str:
    """The whole prompt as text: images and history as runs of their placeholder tokens."""
    image = f"<|vision_start|>{'<|image_pad|>' * image_tokens}<|vision_end|>"
    parts = [f"<|im_start|>system\n{SYSTEM}<|im_end|>\n<|im_start|>user\n"]
    for camera in cameras:
        if variant == "1.5":
            parts.append(f"{CAMERA_LABELS[camera]}: ")
        for frame in range(frames):
            parts.append(f"frame {frame} {image}" if variant == "1.5" else image)
    parts.append(f"<|traj_history_start|>{'<|traj_history|>' * history_tokens}<|traj_history_end|>")
    if navigation is not None:
        parts.append(f"<|route_start|>{navigation}<|route_end|>")
    parts.append(f"{INSTRUCTION}<|im_end|>\n<|im_start|>assistant\n<|cot_start|>")
    return "".join(parts)


def history_bins(history_xyz: np.ndarray) -> np.ndarray:
    """[T,3] metres in the frame of t0, oldest first -> [3 T] bins 0..999. The first difference is from the origin."""
    padded = np.concatenate([np.zeros((1, 3), np.float32), history_xyz.astype(np.float32)])
    steps = padded[1:] - padded[:-1]
    share = (steps - HISTORY_MIN) / (HISTORY_MAX - HISTORY_MIN)
    # numpy rounds halves to even, as torch does.
    bins = np.round(share * np.float32(HISTORY_BINS - 1)).astype(np.int64)
    return np.clip(bins, 0, HISTORY_BINS - 1).reshape(-1)


def prompt_ids(
    tokenizer: Tokenizer,
    variant: Variant,
    cameras: Sequence[int],
    frames: int,
    image_tokens: int,
    history_xyz: np.ndarray,
    navigation: str | None = None,
) -> list[int]:
    """Token ids of the prompt, the history placeholders replaced by the bins of `history_xyz` [T,3]."""
    bins = history_bins(history_xyz) + token_id(tokenizer, "<i0>") + FUTURE_BINS
    text = prompt_text(variant, cameras, frames, image_tokens, len(bins), navigation)
    ids = tokenizer.encode(text, add_special_tokens=False).ids
    placeholder = token_id(tokenizer, "<|traj_history|>")
    fill = iter(bins.tolist())
    return [next(fill) if token == placeholder else token for token in ids]
