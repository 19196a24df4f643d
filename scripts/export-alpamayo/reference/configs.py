"""The two configurations of a checkpoint: config.json in the released form, and the Qwen3-VL backbone it names.

The released numbers are facts taken from public code and from ports that loaded the gated files; README.md names them
one by one. `TINY_*` is the same architecture with small numbers and the same proportions where something hangs on them
(several query heads per key head, a query width unlike the hidden size, three deepstack taps, interleaved M-RoPE).
"""

import copy
from typing import Any, Literal

from reference.tokens import BINS, FUTURE_BINS, HISTORY_BINS

Variant = Literal["r1", "1.5"]
VARIANTS: tuple[Variant, ...] = ("r1", "1.5")

QWEN3_VL_8B: dict[str, Any] = {
    "architectures": ["Qwen3VLForConditionalGeneration"],
    "model_type": "qwen3_vl",
    "image_token_id": 151655,
    "video_token_id": 151656,
    "vision_start_token_id": 151652,
    "vision_end_token_id": 151653,
    "tie_word_embeddings": False,
    "text_config": {
        "model_type": "qwen3_vl_text",
        "attention_bias": False,
        "attention_dropout": 0.0,
        "bos_token_id": 151643,
        "eos_token_id": 151645,
        "head_dim": 128,
        "hidden_act": "silu",
        "hidden_size": 4096,
        "initializer_range": 0.02,
        "intermediate_size": 12288,
        "max_position_embeddings": 262144,
        "num_attention_heads": 32,
        "num_hidden_layers": 36,
        "num_key_value_heads": 8,
        "rms_norm_eps": 1e-06,
        "rope_scaling": {"mrope_interleaved": True, "mrope_section": [24, 20, 20], "rope_type": "default"},
        "rope_theta": 5000000,
        "use_cache": True,
        "vocab_size": 151936,
    },
    "vision_config": {
        "model_type": "qwen3_vl",
        "deepstack_visual_indexes": [8, 16, 24],
        "depth": 27,
        "hidden_act": "gelu_pytorch_tanh",
        "hidden_size": 1152,
        "in_channels": 3,
        "initializer_range": 0.02,
        "intermediate_size": 4304,
        "num_heads": 16,
        "num_position_embeddings": 2304,
        "out_hidden_size": 4096,
        "patch_size": 16,
        "spatial_merge_size": 2,
        "temporal_patch_size": 2,
    },
}
REAL_BASE_VOCABULARY = 151669
# Where <|traj_history|> and its neighbours stand after the bins: the order of `tokens._SLOTS_R1`.
REAL_TRAJECTORY_TOKEN_IDS = {
    "history": 155684,
    "future": 155685,
    "history_start": 155674,
    "future_start": 155681,
    "history_end": 155676,
    "future_end": 155683,
}
REAL_EXPERT = {"head_dim": 128, "hidden_size": 2048, "intermediate_size": 8256, "num_attention_heads": 16}
REAL_PROJECTION = {"hidden_size": 512, "max_freq": 100.0, "num_enc_layers": 2, "num_fourier_feats": 20}

TINY_EXPERT = {"head_dim": 32, "hidden_size": 48, "intermediate_size": 80, "num_attention_heads": 4}
TINY_PROJECTION = {"hidden_size": 32, "max_freq": 100.0, "num_enc_layers": 2, "num_fourier_feats": 20}


def real_config(variant: Variant) -> dict[str, Any]:
    """config.json of the released 10B checkpoint, as far as it is known from public sources."""
    backbone_name = "Qwen/Qwen3-VL-8B-Instruct" if variant == "r1" else "nvidia/Cosmos-Reason2-8B"
    return _config(
        variant, backbone_name, REAL_EXPERT, REAL_PROJECTION, REAL_BASE_VOCABULARY, REAL_TRAJECTORY_TOKEN_IDS
    )


def tiny_config(variant: Variant, base_vocabulary: int, trajectory_tokens: dict[str, int]) -> dict[str, Any]:
    """config.json of the tiny checkpoint; its backbone is the folder `vlm` beside it."""
    return _config(variant, "vlm", TINY_EXPERT, TINY_PROJECTION, base_vocabulary, trajectory_tokens)


def tiny_backbone(base_vocabulary: int, token_ids: dict[str, int]) -> dict[str, Any]:
    """Configuration of the tiny Qwen3-VL. `token_ids`: image, video, vision_start, vision_end, bos and eos."""
    backbone = copy.deepcopy(QWEN3_VL_8B)
    backbone |= {f"{name}_token_id": token_ids[name] for name in ("image", "video", "vision_start", "vision_end")}
    backbone["text_config"] |= {
        "bos_token_id": token_ids["bos"],
        "eos_token_id": token_ids["eos"],
        "head_dim": 32,
        "hidden_size": 64,
        "intermediate_size": 96,
        "max_position_embeddings": 8192,
        "num_attention_heads": 8,
        "num_hidden_layers": 4,
        "num_key_value_heads": 2,
        "rope_scaling": {"mrope_interleaved": True, "mrope_section": [6, 5, 5], "rope_type": "default"},
        "vocab_size": base_vocabulary,
    }
    backbone["vision_config"] |= {
        "deepstack_visual_indexes": [0, 1, 2],
        "depth": 4,
        "hidden_size": 64,
        "intermediate_size": 112,
        "num_heads": 4,
        "num_position_embeddings": 144,
        "out_hidden_size": 64,
    }
    return backbone


def _config(
    variant: Variant,
    backbone: str,
    expert: dict[str, Any],
    projection: dict[str, Any],
    base_vocabulary: int,
    trajectory_tokens: dict[str, int],
) -> dict[str, Any]:
    package = "alpamayo_r1" if variant == "r1" else "alpamayo1_5"
    action_space = {
        "_target_": f"{package}.action_space.unicycle_accel_curvature.UnicycleAccelCurvatureActionSpace",
        "accel_bounds": [-9.8, 9.8],
        "accel_mean": 0.02902694707164455,
        "accel_std": 0.6810426736454882,
        "curvature_bounds": [-0.33, 0.33],
        "curvature_mean": 0.0002692167976330542,
        "curvature_std": 0.026148280660833106,
        "dt": 0.1,
        "n_waypoints": 64,
    }
    config: dict[str, Any] = {
        "action_in_proj_cfg": {
            "_target_": f"{package}.models.action_in_proj.PerWaypointActionInProjV2",
            **projection,
        },
        "action_out_proj_cfg": {"_target_": "torch.nn.Linear"},
        "action_space_cfg": action_space,
        "add_special_tokens": True,
        "architectures": ["AlpamayoR1" if variant == "r1" else "Alpamayo1_5"],
        "attn_implementation": "flash_attention_2",
        "diffusion_cfg": {
            "_target_": f"{package}.diffusion.flow_matching.FlowMatching",
            "int_method": "euler",
            "num_inference_steps": 10,
        },
        "dtype": "bfloat16",
        "expert_cfg": expert,
        "expert_non_causal_attention": True,
        "hist_traj_tokenizer_cfg": {
            "_target_": f"{package}.models.delta_tokenizer.DeltaTrajectoryTokenizer",
            "ego_xyz_max": [4, 4, 10],
            "ego_xyz_min": [-4, -4, -10],
            "num_bins": HISTORY_BINS,
            "predict_yaw": False,
        },
        "keep_same_dtype": True,
        "max_pixels": 196608,
        "min_pixels": 163840,
        "model_dtype": "bfloat16",
        "model_type": package,
        "tokens_per_future_traj": 128,
        "tokens_per_history_traj": 48,
        "traj_token_ids": trajectory_tokens,
        "traj_token_start_idx": base_vocabulary,
        "traj_tokenizer_cfg": {
            "_target_": f"{package}.action_space.discrete_action_space.DiscreteTrajectoryTokenizer",
            "_recursive_": False,
            "action_space_cfg": action_space,
            "dims_max": [10.0, 10.0],
            "dims_min": [-10.0, -10.0],
            "num_bins": FUTURE_BINS,
        },
        "traj_vocab_size": BINS,
        "vlm_backend": "qwenvl3",
        "vlm_name_or_path": backbone,
        "vocab_size": base_vocabulary + BINS + 28,
    }
    if variant == "1.5":
        config |= {"include_camera_ids": True, "include_frame_nums": True}
    return config
