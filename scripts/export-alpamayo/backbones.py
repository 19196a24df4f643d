"""Configurations of the Qwen3-VL releases that Alpamayo checkpoints name but do not hold.

Facts from the public config.json of Qwen/Qwen3-VL-8B-Instruct; nvidia/Cosmos-Reason2-8B is a fine-tuned copy of the
same shape.
"""

from typing import Any

_QWEN3_VL_8B: dict[str, Any] = {
    "model_type": "qwen3_vl",
    "image_token_id": 151655,
    "tie_word_embeddings": False,
    "text_config": {
        "attention_bias": False,
        "head_dim": 128,
        "hidden_act": "silu",
        "hidden_size": 4096,
        "intermediate_size": 12288,
        "num_attention_heads": 32,
        "num_hidden_layers": 36,
        "num_key_value_heads": 8,
        "rms_norm_eps": 1e-06,
        "rope_scaling": {"mrope_interleaved": True, "mrope_section": [24, 20, 20], "rope_type": "default"},
        "rope_theta": 5_000_000,
    },
    "vision_config": {
        "deepstack_visual_indexes": [8, 16, 24],
        "depth": 27,
        "hidden_act": "gelu_pytorch_tanh",
        "hidden_size": 1152,
        "intermediate_size": 4304,
        "num_heads": 16,
        "num_position_embeddings": 2304,
        "out_hidden_size": 4096,
        "patch_size": 16,
        "spatial_merge_size": 2,
        "temporal_patch_size": 2,
    },
}

KNOWN_BACKBONES: dict[str, dict[str, Any]] = {
    name: _QWEN3_VL_8B for name in ("Qwen/Qwen3-VL-8B-Instruct", "nvidia/Cosmos-Reason2-8B")
}
