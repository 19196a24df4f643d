"""The tiny checkpoint and the plain reference on it."""

import filecmp
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from reference.configs import Variant
from reference.make_tiny_checkpoint import make_tiny_checkpoint
from reference.model import Decode, Reference, load_reference
from reference.prompt import prompt_ids
from reference.prompt_fixtures import example_history

LONGEST = 12
FRAMES = np.random.default_rng(0).integers(0, 256, (1, 2, 3, 32, 64), dtype=np.uint8)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    out = tmp_path_factory.mktemp("tiny")
    make_tiny_checkpoint(out, "1.5", seed=1)
    return out


@pytest.fixture(scope="module")
def model(folder: Path) -> Reference:
    return load_reference(folder)


def prompt(folder: Path, navigation: str | None = None) -> list[int]:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    return prompt_ids(tokenizer, "1.5", (0,), 2, 2, example_history(), navigation)


def numbers(samples: int) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(5)
    uniforms = generator.random((1, 6, LONGEST), dtype=np.float32)
    noise = generator.standard_normal((1, 6, 64, 2), dtype=np.float32)
    return uniforms[:, :samples], noise[:, :samples]


@pytest.mark.parametrize("variant", ["r1", "1.5"])
def test_the_same_seed_writes_the_same_bytes_in_two_shards(variant: Variant, tmp_path: Path) -> None:
    for name in ("once", "again"):
        make_tiny_checkpoint(tmp_path / name, variant, seed=3)
    make_tiny_checkpoint(tmp_path / "other", variant, seed=4)
    shards = sorted(path.name for path in (tmp_path / "once").glob("*.safetensors"))
    assert shards == ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
    assert filecmp.cmpfiles(tmp_path / "once", tmp_path / "again", shards, shallow=False)[0] == shards
    assert filecmp.cmpfiles(tmp_path / "once", tmp_path / "other", shards, shallow=False)[1] == shards
    index = json.loads((tmp_path / "once" / "model.safetensors.index.json").read_text())
    assert set(index["weight_map"].values()) == set(shards)


def test_samples_end_at_different_lengths_and_differ_in_their_paths(model: Reference, folder: Path) -> None:
    uniforms, noise = numbers(6)
    out = model.roll_out(FRAMES, [prompt(folder)], uniforms, noise, Decode(LONGEST))
    assert len(set(out.counts[0].tolist())) >= 3
    for k, count in enumerate(out.counts[0]):
        assert (out.tokens[0, k, : count - 1] != model.end_id).all()
        assert count == LONGEST or out.tokens[0, k, count - 1] == model.end_id
    moved = np.abs(out.actions - noise).mean()
    assert 0.3 < moved < 3
    assert np.abs(out.actions[0, 0] - out.actions[0, 1]).mean() > 0.3


def test_sample_0_of_one_is_sample_0_of_six(model: Reference, folder: Path) -> None:
    one = model.roll_out(FRAMES, [prompt(folder)], *numbers(1), Decode(LONGEST))
    six = model.roll_out(FRAMES, [prompt(folder)], *numbers(6), Decode(LONGEST))
    assert np.array_equal(one.tokens[:, 0], six.tokens[:, 0])
    assert np.array_equal(one.actions[:, 0], six.actions[:, 0])


@torch.no_grad()
def test_stepping_gives_the_logits_of_reading_everything_at_once(model: Reference, folder: Path) -> None:
    ids, frames = prompt(folder), torch.from_numpy(FRAMES[0])
    drawn, stepped = model.generate(model.prefill(frames, ids), numbers(1)[0][0, 0], Decode(LONGEST))
    whole = model.prefill(frames, ids + [one.token for one in drawn])
    assert len(drawn) > 3
    assert stepped.position == whole.position
    assert (stepped.logits - whole.logits).abs().max() < 1e-4


@torch.no_grad()
def test_the_flow_leaves_the_cache_as_it_was(model: Reference, folder: Path) -> None:
    before = model.prefill(torch.from_numpy(FRAMES[0]), prompt(folder))
    keys = before.cache.layers[0].keys.clone()
    noise = torch.from_numpy(numbers(1)[1][0])
    assert torch.equal(model.flow(before, noise), model.flow(before, noise))
    assert torch.equal(before.cache.layers[0].keys, keys)


def test_navigation_changes_the_answer(model: Reference, folder: Path) -> None:
    silent = model.roll_out(FRAMES, [prompt(folder)], *numbers(1), Decode(LONGEST))
    told = model.roll_out(FRAMES, [prompt(folder, "Turn left")], *numbers(1), Decode(LONGEST))
    assert silent.logprobs[0, 0, 0] != told.logprobs[0, 0, 0]


def test_a_checkpoint_of_another_architecture_is_refused(tmp_path: Path) -> None:
    make_tiny_checkpoint(tmp_path, "1.5", seed=1)
    config = json.loads((tmp_path / "config.json").read_text())
    config["action_in_proj_cfg"]["num_enc_layers"] = 3
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises((ValueError, RuntimeError), match="action_in_proj|architecture"):
        load_reference(tmp_path)
