"""For tests: checkpoints with random weights in the layout of the releases, small enough to export in a second."""

import json
import zlib
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np

from bench_model import BYTE_TOKENS, byte_tokenizer
from model_config import parse_config
from tensor_names import HEAD, needed_tensors

FUTURE_BINS, HISTORY_BINS = 30, 20
HEAD_WEIGHT = f"{HEAD}.weight"
_MORE_TOKENS = ["<|route_start|>", "<|route_end|>"]


def tiny_config(variant: str) -> dict[str, Any]:
    """config.json; ids are those of the tokenizer that `write_tiny_checkpoint` writes."""
    tokenizer = byte_tokenizer([*BYTE_TOKENS, *_MORE_TOKENS], FUTURE_BINS + HISTORY_BINS)
    package = {"r1": "alpamayo_r1", "1.5": "alpamayo1_5"}[variant]
    return {
        "model_type": package,
        "vlm_name_or_path": "vlm",
        "model_dtype": "bfloat16",
        "keep_same_dtype": True,
        "vocab_size": tokenizer.get_vocab_size(with_added_tokens=True),
        "traj_token_start_idx": tokenizer.token_to_id("<i0>"),
        "traj_vocab_size": FUTURE_BINS + HISTORY_BINS,
        "traj_token_ids": {"future_start": tokenizer.token_to_id("<|traj_future_start|>")},
        "tokens_per_history_traj": 48,
        "min_pixels": 163840,
        "max_pixels": 196608,
        "include_camera_ids": variant == "1.5",
        "include_frame_nums": variant == "1.5",
        "expert_cfg": {"hidden_size": 24, "intermediate_size": 40, "num_attention_heads": 2},
        "action_in_proj_cfg": {
            "_target_": f"{package}.models.action_in_proj.PerWaypointActionInProjV2",
            "hidden_size": 16,
            "num_enc_layers": 2,
            "num_fourier_feats": 20,
            "max_freq": 1.5,
        },
        "action_space_cfg": {
            "_target_": f"{package}.action_space.UnicycleAccelCurvatureActionSpace",
            "accel_mean": 0.029,
            "accel_std": 0.681,
            "curvature_mean": 0.00027,
            "curvature_std": 0.026,
            "dt": 0.1,
            "n_waypoints": 64,
        },
        "diffusion_cfg": {"int_method": "euler", "num_inference_steps": 3},
        "hist_traj_tokenizer_cfg": {
            "ego_xyz_min": [-4, -4, -10],
            "ego_xyz_max": [4, 4, 10],
            "num_bins": HISTORY_BINS,
        },
        "traj_tokenizer_cfg": {"num_bins": FUTURE_BINS},
    }


def tiny_backbone() -> dict[str, Any]:
    """config.json of the Qwen3-VL underneath."""
    tokenizer = byte_tokenizer([*BYTE_TOKENS, *_MORE_TOKENS], 1)
    return {
        "model_type": "qwen3_vl",
        "image_token_id": tokenizer.token_to_id("<|image_pad|>"),
        "text_config": {
            "num_hidden_layers": 3,
            "hidden_size": 32,
            "intermediate_size": 48,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "head_dim": 16,
            "rms_norm_eps": 1e-6,
            "rope_theta": 5e6,
            "rope_scaling": {"mrope_section": [4, 2, 2], "mrope_interleaved": True, "rope_type": "default"},
        },
        "vision_config": {
            "depth": 2,
            "hidden_size": 16,
            "intermediate_size": 24,
            "num_heads": 2,
            "out_hidden_size": 32,
            "patch_size": 16,
            "spatial_merge_size": 2,
            "temporal_patch_size": 2,
            "num_position_embeddings": 16,
            "deepstack_visual_indexes": [0, 1],
            "hidden_act": "gelu_pytorch_tanh",
        },
    }


def write_tiny_checkpoint(folder: Path, variant: str = "r1") -> Path:
    """Writes configuration, tokenizer, two shards in bfloat16 and their index; returns the folder."""
    config, backbone = tiny_config(variant), tiny_backbone()
    (folder / "vlm").mkdir(parents=True)
    _write_json(folder / "config.json", config)
    _write_json(folder / "vlm" / "config.json", backbone)
    byte_tokenizer([*BYTE_TOKENS, *_MORE_TOKENS], FUTURE_BINS + HISTORY_BINS).save(str(folder / "tokenizer.json"))
    shapes = needed_tensors(parse_config(config, backbone, "tiny"))
    names = list(shapes)
    shards = {
        "model-00001-of-00002.safetensors": names[: len(names) // 2],
        "model-00002-of-00002.safetensors": names[len(names) // 2 :],
    }
    for file, held in shards.items():
        values = {name: _values(name, shapes[name]) for name in held}
        if HEAD_WEIGHT in values:
            # A row three times as long wins for about one hidden state in six: texts end, and at different lengths.
            values[HEAD_WEIGHT][config["traj_token_ids"]["future_start"]] *= 3
        write_shard(folder / file, values)
    index = {name: file for file, held in shards.items() for name in held}
    _write_json(folder / "model.safetensors.index.json", {"metadata": {}, "weight_map": index})
    return folder


def write_shard(file: Path, tensors: dict[str, np.ndarray]) -> None:
    """A safetensors file of bfloat16 tensors."""
    header: dict[str, Any] = {}
    offset = 0
    for name, values in tensors.items():
        header[name] = {"dtype": "BF16", "shape": list(values.shape), "data_offsets": [offset, offset + values.nbytes]}
        offset += values.nbytes
    text = json.dumps(header).encode()
    file.write_bytes(len(text).to_bytes(8, "little") + text + b"".join(one.tobytes() for one in tensors.values()))


def _values(name: str, shape: tuple[int, ...]) -> np.ndarray:
    random = np.random.default_rng(zlib.crc32(name.encode())).standard_normal(shape)
    if len(shape) == 1:
        random = 0.1 * random + (1 if name.endswith("weight") else 0)
    elif "embed_tokens" not in name:
        random = random / np.prod(shape[1:]) ** 0.5
    # Logits far enough apart that a nucleus is a nucleus.
    return (random * (3 if "lm_head" in name else 1)).astype(ml_dtypes.bfloat16)


def _write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value))
