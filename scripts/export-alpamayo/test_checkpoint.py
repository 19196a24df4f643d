"""A checkpoint that cannot be exported is refused before any work, with a message that names what is wrong."""

import json
from pathlib import Path

import pytest

from checkpoint import INDEX, open_checkpoint
from errors import ExportError
from tiny_checkpoint import write_tiny_checkpoint

FIRST_SHARD = "model-00001-of-00002.safetensors"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tiny_checkpoint(tmp_path / "tiny")


def edit(file: Path, **changes: object) -> None:
    """Sets fields of a JSON file; None removes one."""
    value = json.loads(file.read_text()) | changes
    file.write_text(json.dumps({name: one for name, one in value.items() if one is not None}))


def refused(folder: Path, *words: str) -> None:
    with pytest.raises(ExportError) as caught:
        open_checkpoint(folder)
    for word in words:
        assert word in str(caught.value)


def test_a_whole_checkpoint_opens_and_reads_one_tensor_at_a_time(folder: Path) -> None:
    checkpoint = open_checkpoint(folder)
    head = checkpoint.read("vlm.lm_head.weight")
    assert head.shape == (checkpoint.config.vocabulary.size, 32)
    assert str(head.dtype) == "bfloat16"


def test_what_is_no_checkpoint_folder(tmp_path: Path) -> None:
    refused(tmp_path / "nowhere", "is not a folder")
    refused(tmp_path, "holds no config.json")


def test_an_unknown_model_type(folder: Path) -> None:
    edit(folder / "config.json", model_type="alpamayo2_super")
    refused(folder, "'alpamayo2_super'", "alpamayo_r1, alpamayo1_5")


def test_a_field_that_is_not_there(folder: Path) -> None:
    edit(folder / "config.json", action_space_cfg=None)
    refused(folder, "no field 'action_space_cfg'")


def test_a_configuration_that_the_graph_cannot_honour(folder: Path) -> None:
    edit(folder / "config.json", expert_non_causal_attention=False)
    refused(folder, "the expert's attention is causal")


def test_a_backbone_that_nobody_knows(folder: Path) -> None:
    edit(folder / "config.json", vlm_name_or_path="Qwen/Qwen9-VL")
    refused(folder, "'Qwen/Qwen9-VL'", "--vlm")


def test_a_missing_shard(folder: Path) -> None:
    (folder / FIRST_SHARD).unlink()
    refused(folder, FIRST_SHARD, "is missing")


def test_a_shard_that_is_cut_off(folder: Path) -> None:
    whole = (folder / FIRST_SHARD).read_bytes()
    (folder / FIRST_SHARD).write_bytes(whole[:-100])
    refused(folder, FIRST_SHARD, "cut off inside")
    (folder / FIRST_SHARD).write_bytes(whole[:50])
    refused(folder, FIRST_SHARD, "cut off")


def test_a_missing_and_an_unknown_tensor_are_named(folder: Path) -> None:
    shards = json.loads((folder / INDEX).read_text())["weight_map"]
    fewer = {name: file for name, file in shards.items() if name != "expert.layers.1.mlp.up_proj.weight"}
    edit(folder / INDEX, weight_map=fewer)
    refused(folder, "no tensor 'expert.layers.1.mlp.up_proj.weight'")
    edit(folder / INDEX, weight_map=shards | {"vlm.model.audio.weight": FIRST_SHARD})
    refused(folder, "does not know: 'vlm.model.audio.weight'")


def test_a_tensor_of_another_shape(folder: Path) -> None:
    backbone = folder / "vlm" / "config.json"
    text = json.loads(backbone.read_text())["text_config"]
    edit(backbone, text_config=text | {"intermediate_size": 64})
    refused(folder, "mlp.gate_proj.weight", "[48, 32]", "[64, 32]")
