"""Prompts and pictures as the networks expect them."""

import numpy as np
import pytest
import torch
from transformers.models.qwen2_vl.image_processing_qwen2_vl_fast import Qwen2VLImageProcessorFast

from reference.pictures import pixel_values
from reference.prompt import history_bins, prompt_ids, prompt_text
from reference.prompt_fixtures import example_history
from reference.tiny_tokenizer import tiny_tokenizer
from reference.tokens import extend, special_tokens, token_id


def test_a_pose_at_the_origin_is_bin_500() -> None:
    """No step is 499.5 of 999 on all three axes, and halves go to even."""
    assert history_bins(np.zeros((2, 3), np.float32)).tolist() == [500] * 6


def test_the_first_difference_is_from_the_origin_and_clamps() -> None:
    bins = history_bins(np.array([[-9, 1, 0], [-8, 1, 0]], np.float32)).tolist()
    assert bins == [0, 624, 500, 624, 500, 500]


def test_special_tokens_stand_where_the_release_has_them() -> None:
    """155681 is <|traj_future_start|> of the release, whose base vocabulary has 151669 entries."""
    tokenizer = extend(tiny_tokenizer(), "r1")
    base = token_id(tokenizer, "<i0>")
    assert token_id(tokenizer, "<i3999>") - base == 3999
    assert token_id(tokenizer, "<|traj_future_start|>") - base == 155681 - 151669
    assert token_id(tokenizer, "<|route_end|>") - base == 155692 - 151669
    assert tokenizer.get_vocab_size() - base == 155697 - 151669


def test_1_5_renames_reserved_slots_only() -> None:
    renamed = [(a, b) for a, b in zip(special_tokens("r1"), special_tokens("1.5"), strict=True) if a != b]
    assert len(renamed) == 9
    assert all(b.startswith("<|_padding_") for _, b in renamed)


def test_placeholders_become_bins_of_the_history() -> None:
    tokenizer = extend(tiny_tokenizer(), "r1")
    ids = prompt_ids(tokenizer, "r1", (0, 1), 1, 2, example_history())
    first = ids.index(token_id(tokenizer, "<|traj_history_start|>")) + 1
    bins = history_bins(example_history()) + token_id(tokenizer, "<i0>") + 3000
    assert ids[first : first + 48] == bins.tolist()
    assert ids.count(token_id(tokenizer, "<|image_pad|>")) == 4
    assert ids[-1] == token_id(tokenizer, "<|cot_start|>")


def test_only_1_5_names_cameras_and_takes_a_route() -> None:
    assert "camera" not in prompt_text("r1", (0, 6), 2, 1, 3)
    text = prompt_text("1.5", (0, 6), 2, 1, 3, "Turn left")
    assert "Front telephoto camera: frame 0 <|vision_start|><|image_pad|><|vision_end|>frame 1 " in text
    assert "<|traj_history_end|><|route_start|>Turn left<|route_end|>output the chain" in text


@pytest.mark.parametrize(("height", "width"), [(32, 64), (64, 96)])
def test_pictures_are_cut_as_the_processor_of_transformers_does(height: int, width: int) -> None:
    frames = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (3, 3, height, width), dtype=np.uint8))
    processor = Qwen2VLImageProcessorFast(
        patch_size=16, temporal_patch_size=2, merge_size=2, image_mean=[0.5] * 3, image_std=[0.5] * 3, do_resize=False
    )
    theirs = processor(images=list(frames), return_tensors="pt")
    values, grid = pixel_values(frames)
    assert torch.equal(grid, theirs["image_grid_thw"])
    assert (values - theirs["pixel_values"]).abs().max() < 2e-7
