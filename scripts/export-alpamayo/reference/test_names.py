"""The list of tensors is that of the networks themselves, and the exporter uses each of them."""

import json
import math
from collections import Counter
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest
import torch

from bundle import ExportOptions, plan_structure, stored_frequencies
from checkpoint import open_checkpoint
from graph.vision import FrameSize
from manifest import NVIDIA_NON_COMMERCIAL
from reference.configs import QWEN3_VL_8B, VARIANTS, Variant, real_config
from reference.layout import ACTION_SPACE_BUFFERS, FREQUENCY_BUFFERS
from reference.make_tiny_checkpoint import make_tiny_checkpoint
from reference.model import Reference
from reference.real_tensor_names import read_list, released_shapes

#: Tensors that the exporter may leave out, and why.
NOT_WEIGHTS = {
    **dict.fromkeys(FREQUENCY_BUFFERS, "three copies of one row of frequencies: the exporter reads the first"),
    **dict.fromkeys(ACTION_SPACE_BUFFERS, "config.json says them in full, the shards rounded to bfloat16"),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_list_that_is_kept_is_the_one_that_the_configuration_gives(variant: Variant) -> None:
    assert read_list(variant) == released_shapes(variant)


def test_full_size_comes_to_the_size_of_the_release() -> None:
    """Ports that loaded them report 11.08 B numbers in 22.16 GB, and 416 tensors outside the VLM for R1."""
    shapes = read_list("r1")
    assert round(sum(math.prod(shape) for shape in shapes.values()) / 1e9, 2) == 11.08
    assert len([name for name in shapes if not name.startswith("vlm.")]) == 416
    assert len(shapes) - 416 == 750


@pytest.mark.parametrize("variant", VARIANTS)
def test_networks_of_transformers_at_full_size_have_these_tensors(variant: Variant) -> None:
    with torch.device("meta"):
        model = Reference(real_config(variant), QWEN3_VL_8B)
    ours = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    listed = read_list(variant)
    assert {name: shape for name, shape in ours.items() if name not in FREQUENCY_BUFFERS} == {
        name: shape for name, shape in listed.items() if name not in NOT_WEIGHTS
    }


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_exporter_reads_every_tensor_or_has_a_reason(variant: Variant, tmp_path: Path) -> None:
    make_tiny_checkpoint(tmp_path, variant, seed=1)
    checkpoint = open_checkpoint(tmp_path)
    stored = json.loads((tmp_path / "model.safetensors.index.json").read_text())["weight_map"]
    reads: Counter[str] = Counter()

    class Recorder:
        def read(self, name: str) -> np.ndarray:
            reads[name] += 1
            return checkpoint.read(name)

    options = ExportOptions(
        name="tiny", version="1.0.0", precision="fp32", frame=FrameSize(32, 64), max_tokens=4, temperature=0.6,
        top_p=0.98, told=0, navigation_slots=0, samples=[1], batch_sizes=[1], max_batch=1, licence=NVIDIA_NON_COMMERCIAL,
        chunk=512, golden="no",
    )  # fmt: skip
    for place in plan_structure(checkpoint.config, options, prompt_length=100, pad_id=0).layout.places:
        place.weight.values(Recorder())
    assert set(stored) - set(reads) <= NOT_WEIGHTS.keys()
    assert set(reads) <= set(stored)
    # The positions of the vision tower are sampled, the fused q, k, v cut: nothing is read more than three times.
    assert max(reads.values()) <= 3
    frequencies = stored_frequencies(checkpoint)
    assert (frequencies is not None) == (variant == "r1")
    if frequencies is not None:
        assert frequencies.dtype == np.dtype(ml_dtypes.bfloat16)
