"""The names that the exporter asks for are those of the released checkpoints."""

import pytest

from model_config import parse_config
from reference.configs import QWEN3_VL_8B, Variant, real_config
from reference.layout import checkpoint_shapes
from tensor_names import check_names, check_shapes, needed_tensors, optional_tensors


@pytest.mark.parametrize("variant", ["r1", "1.5"])
def test_names_and_shapes_of_the_full_size_are_those_that_the_reference_wrote_down(variant: Variant) -> None:
    written_down = checkpoint_shapes(real_config(variant), QWEN3_VL_8B)
    config = parse_config(real_config(variant), QWEN3_VL_8B, variant)
    check_names(config, written_down)
    check_shapes(config, written_down)
    assert len(needed_tensors(config)) == len(set(written_down) - optional_tensors(config).keys())
