"""The prompt as segments: the chat template of the releases, cut where images, history and navigation stand.

Words, order and tokens are those that the models were trained with (`create_message` of the public code); they are an
interface, not a style.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tokenizers import Tokenizer

from errors import ExportError
from model_config import ModelConfig

SYSTEM = "You are a driving assistant that generates safe and accurate actions."
INSTRUCTION = "output the chain-of-thought reasoning of the driving process, then output the future trajectory."
#: Dataset names of cameras and what the prompt of 1.5 calls them.
CAMERA_LABELS = {
    "camera_cross_left_120fov": "Front left camera",
    "camera_front_wide_120fov": "Front camera",
    "camera_cross_right_120fov": "Front right camera",
    "camera_rear_left_70fov": "Rear left camera",
    "camera_rear_tele_30fov": "Rear camera",
    "camera_rear_right_70fov": "Rear right camera",
    "camera_front_tele_30fov": "Front telephoto camera",
}
#: The four cameras of the releases, in the order of the N axis.
CAMERAS = (
    "camera_cross_left_120fov",
    "camera_front_wide_120fov",
    "camera_cross_right_120fov",
    "camera_front_tele_30fov",
)
FRAMES_PER_CAMERA = 4
PAD = "<|endoftext|>"

Segment = dict[str, Any]


@dataclass(frozen=True)
class Prompt:
    """`reasoning.prompt` of policy.json."""

    length: int
    pad_id: int
    segments: list[Segment]


def build_prompt(
    config: ModelConfig,
    tokenizer: Tokenizer,
    tokens_per_image: int,
    cameras: Sequence[str] = CAMERAS,
    navigation_slots: int = 32,
) -> Prompt:
    """Segments for every image of `cameras`, the history, navigation where the model knows it, and the instruction."""
    history = {
        "kind": "history",
        "steps": config.vocabulary.history_steps,
        "bins": config.vocabulary.history_bins,
        "firstId": config.vocabulary.history_first,
        "min": list(config.vocabulary.history_min),
        "max": list(config.vocabulary.history_max),
    }
    text = _Text()
    text.say(f"<|im_start|>system\n{SYSTEM}<|im_end|>\n<|im_start|>user\n")
    for index, (label, _) in enumerate(_images(config, cameras)):
        text.say(f"{label}<|vision_start|>")
        text.put({"kind": "image", "index": index, "id": config.vocabulary.image_id, "tokens": tokens_per_image})
        text.say("<|vision_end|>")
    text.say("<|traj_history_start|>")
    text.put(history)
    text.say("<|traj_history_end|>")
    if config.variant == "1.5" and navigation_slots > 0:
        markers = {"before": "<|route_start|>", "after": "<|route_end|>"}
        text.put({"kind": "navigation", **markers, "maxTokens": navigation_slots})
    text.say(f"{INSTRUCTION}<|im_end|>\n<|im_start|>assistant\n<|cot_start|>")
    segments = text.segments()
    return Prompt(
        length=sum(slots(one, tokenizer) for one in segments),
        pad_id=token_id(tokenizer, PAD),
        segments=segments,
    )


def slots(segment: Segment, tokenizer: Tokenizer) -> int:
    """How many ids a segment takes."""
    match segment["kind"]:
        case "text":
            return len(encode(tokenizer, segment["text"]))
        case "image":
            return int(segment["tokens"])
        case "history":
            return 3 * int(segment["steps"])
        case _:
            return int(segment["maxTokens"])


def encode(tokenizer: Tokenizer, text: str) -> list[int]:
    """Ids of a text by itself: special tokens recognised, none added."""
    return tokenizer.encode(text, add_special_tokens=False).ids


def token_id(tokenizer: Tokenizer, token: str) -> int:
    """Id of a token that must exist."""
    found = tokenizer.token_to_id(token)
    if found is None:
        raise ExportError(f"the tokenizer has no token {token!r}", "it is not the tokenizer of this checkpoint")
    return found


def _images(config: ModelConfig, cameras: Sequence[str]) -> list[tuple[str, str]]:
    """What stands before every image, and its camera: camera by camera, oldest frame first."""
    images: list[tuple[str, str]] = []
    for camera in cameras:
        for frame in range(FRAMES_PER_CAMERA):
            name = f"{CAMERA_LABELS[camera]}: " if config.camera_labels and frame == 0 else ""
            number = f"frame {frame} " if config.camera_labels and config.frame_labels else ""
            images.append((name + number, camera))
    return images


class _Text:
    """Collects segments; texts that touch become one, as the tokenizer sees them."""

    def __init__(self) -> None:
        self._segments: list[Segment] = []
        self._pending = ""

    def say(self, text: str) -> None:
        self._pending += text

    def put(self, segment: Segment) -> None:
        self._flush()
        self._segments.append(segment)

    def segments(self) -> list[Segment]:
        self._flush()
        return self._segments

    def _flush(self) -> None:
        if self._pending:
            self._segments.append({"kind": "text", "text": self._pending})
        self._pending = ""
