"""What config.json of a checkpoint, and the configuration of the Qwen3-VL it stands on, say about the networks."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from backbones import KNOWN_BACKBONES
from errors import ExportError

Variant = Literal["r1", "1.5"]
MODEL_TYPES: dict[str, Variant] = {"alpamayo_r1": "r1", "alpamayo1_5": "1.5"}


@dataclass(frozen=True)
class VisionConfig:
    """The vision tower."""

    depth: int
    hidden: int
    inner: int
    heads: int
    out: int
    patch: int
    merge: int
    temporal: int
    positions: int
    taps: tuple[int, ...]

    @property
    def head_dim(self) -> int:
        return self.hidden // self.heads

    @property
    def position_side(self) -> int:
        """The learned positions are a square of this side."""
        return math.isqrt(self.positions)


@dataclass(frozen=True)
class TextConfig:
    """A Qwen3-VL text stack: the language model, and with other widths the action expert."""

    layers: int
    hidden: int
    inner: int
    heads: int
    kv_heads: int
    head_dim: int
    eps: float
    rope_theta: float
    mrope_section: tuple[int, int, int]

    @property
    def group(self) -> int:
        """Query heads that share one key head."""
        return self.heads // self.kv_heads


@dataclass(frozen=True)
class ActionConfig:
    """Action space, flow and projections of the expert."""

    steps: int
    step_us: int
    flow_steps: int
    features: int
    max_freq: float
    hidden: int
    layers: int
    accel_mean: float
    accel_std: float
    curvature_mean: float
    curvature_std: float
    #: The checkpoint keeps the frequencies of the Fourier features in bfloat16.
    rounds_frequencies: bool


@dataclass(frozen=True)
class VocabularyConfig:
    """Ids that the configuration fixes; the others come from the tokenizer."""

    size: int
    #: Trajectory bins: first id and number. They are never drawn as text.
    bins_first: int
    bins: int
    history_first: int
    history_bins: int
    history_min: tuple[float, float, float]
    history_max: tuple[float, float, float]
    history_steps: int
    image_id: int
    #: <|traj_future_start|>, which ends the text.
    end_id: int


@dataclass(frozen=True)
class ModelConfig:
    variant: Variant
    vision: VisionConfig
    text: TextConfig
    expert: TextConfig
    action: ActionConfig
    vocabulary: VocabularyConfig
    min_pixels: int
    max_pixels: int
    camera_labels: bool
    frame_labels: bool
    tied_head: bool


def read_json(path: Path) -> dict[str, Any]:
    """An object from a JSON file, or an ExportError that names the file."""
    try:
        value = json.loads(path.read_text())
    except FileNotFoundError:
        raise ExportError(f"{path} is not there") from None
    except (OSError, ValueError) as why:
        raise ExportError(f"{path} cannot be read: {why}") from None
    if not isinstance(value, dict):
        raise ExportError(f"{path} does not hold an object")
    return value


def load_config(file: Path, backbone_folder: Path | None = None) -> ModelConfig:
    """The configuration in `file`; the backbone from `backbone_folder`, a folder beside it, or the known releases."""
    config = read_json(file)
    model_type = config.get("model_type")
    if model_type not in MODEL_TYPES:
        raise ExportError(
            f"{file}: model_type is {model_type!r}, expected one of {', '.join(MODEL_TYPES)}",
            "this exporter knows Alpamayo-R1-10B and Alpamayo-1.5-10B",
        )
    backbone = _backbone(file, config, backbone_folder)
    return parse_config(config, backbone, str(file))


def _backbone(file: Path, config: Mapping[str, Any], folder: Path | None) -> dict[str, Any]:
    if folder is not None:
        return read_json(folder / "config.json")
    name = config.get("vlm_name_or_path")
    if not isinstance(name, str):
        raise ExportError(f"{file}: vlm_name_or_path does not name a Qwen3-VL")
    beside = file.parent / name / "config.json"
    if beside.is_file():
        return read_json(beside)
    if name in KNOWN_BACKBONES:
        return KNOWN_BACKBONES[name]
    raise ExportError(
        f"{file}: vlm_name_or_path is {name!r}, which is neither a folder beside it nor a known release",
        f"give the folder that holds its config.json with --vlm; known are {', '.join(KNOWN_BACKBONES)}",
    )


def parse_config(config: Mapping[str, Any], backbone: Mapping[str, Any], where: str) -> ModelConfig:
    """Both configurations as one; a field that is missing or that this exporter cannot honour is an ExportError."""
    try:
        return _parse(config, backbone, where)
    except KeyError as missing:
        raise ExportError(f"{where}: the configuration has no field {missing.args[0]!r}") from None
    except (TypeError, ValueError) as why:
        raise ExportError(f"{where}: the configuration has a field of another form than expected: {why}") from None


def _parse(config: Mapping[str, Any], backbone: Mapping[str, Any], where: str) -> ModelConfig:
    text = backbone["text_config"]
    expert = {**text, **(config.get("expert_cfg") or {})}
    action_space, diffusion = config["action_space_cfg"], config["diffusion_cfg"]
    history = config["hist_traj_tokenizer_cfg"]
    future_bins = (config.get("traj_tokenizer_cfg") or {}).get("num_bins", 0)
    _require_supported(config, backbone, where)
    projection = config["action_in_proj_cfg"]
    text_config, expert_config = _text(text), _text(expert)
    if (text_config.layers, text_config.kv_heads, text_config.head_dim) != (
        expert_config.layers,
        expert_config.kv_heads,
        expert_config.head_dim,
    ):
        raise ExportError(f"{where}: the expert cannot read the text model's keys: layers or key heads differ")
    return ModelConfig(
        variant=MODEL_TYPES[config["model_type"]],
        vision=_vision(backbone["vision_config"]),
        text=text_config,
        expert=expert_config,
        action=ActionConfig(
            steps=int(action_space["n_waypoints"]),
            step_us=round(float(action_space["dt"]) * 1e6),
            flow_steps=int(diffusion.get("num_inference_steps", 10)),
            features=int(projection.get("num_fourier_feats", 20)),
            max_freq=float(projection.get("max_freq", 100.0)),
            hidden=int(projection["hidden_size"]),
            layers=int(projection["num_enc_layers"]),
            accel_mean=float(action_space["accel_mean"]),
            accel_std=float(action_space["accel_std"]),
            curvature_mean=float(action_space["curvature_mean"]),
            curvature_std=float(action_space["curvature_std"]),
            rounds_frequencies=bool(config.get("keep_same_dtype", True))
            and (config.get("model_dtype") or config.get("dtype")) == "bfloat16",
        ),
        vocabulary=VocabularyConfig(
            size=int(config["vocab_size"]),
            bins_first=int(config["traj_token_start_idx"]),
            bins=int(config["traj_vocab_size"]),
            history_first=int(config["traj_token_start_idx"]) + int(future_bins),
            history_bins=int(history["num_bins"]),
            history_min=_three(history["ego_xyz_min"]),
            history_max=_three(history["ego_xyz_max"]),
            history_steps=int(config["tokens_per_history_traj"]) // 3,
            image_id=int(backbone["image_token_id"]),
            end_id=int(config["traj_token_ids"]["future_start"]),
        ),
        min_pixels=int(config["min_pixels"]),
        max_pixels=int(config["max_pixels"]),
        camera_labels=bool(config.get("include_camera_ids", False)),
        frame_labels=bool(config.get("include_frame_nums", False)),
        tied_head=bool(backbone.get("tie_word_embeddings", False)),
    )


def _require_supported(config: Mapping[str, Any], backbone: Mapping[str, Any], where: str) -> None:
    """Refuses what would export without a complaint and answer wrongly."""
    text, vision = backbone["text_config"], backbone["vision_config"]
    rope = _rope(text)
    claims = [
        (backbone.get("model_type") == "qwen3_vl", "the backbone is not a Qwen3-VL"),
        (text.get("hidden_act", "silu") == "silu", "the text model's activation is not silu"),
        (vision.get("hidden_act") == "gelu_pytorch_tanh", "the vision tower's activation is not gelu_pytorch_tanh"),
        (not text.get("attention_bias", False), "the text model's attention has biases"),
        (rope.get("rope_type", "default") == "default", f"rotary positions of type {rope.get('rope_type')!r}"),
        (bool(rope.get("mrope_interleaved", True)), "M-RoPE is not interleaved"),
        (config.get("expert_non_causal_attention", True), "the expert's attention is causal"),
        (config["diffusion_cfg"].get("int_method", "euler") == "euler", "the flow is not integrated by Euler steps"),
        (
            "PerWaypointActionInProjV2" in config["action_in_proj_cfg"].get("_target_", ""),
            "action_in_proj is not PerWaypointActionInProjV2",
        ),
        (
            "UnicycleAccelCurvatureActionSpace" in config["action_space_cfg"].get("_target_", ""),
            "the action space is not acceleration and curvature",
        ),
        (not config["hist_traj_tokenizer_cfg"].get("predict_yaw", False), "the history tokens hold yaw"),
    ]
    for holds, complaint in claims:
        if not holds:
            raise ExportError(f"{where}: {complaint}; this exporter cannot build that")


def _rope(text: Mapping[str, Any]) -> Mapping[str, Any]:
    """transformers 4 writes `rope_scaling`, transformers 5 `rope_parameters`."""
    return text.get("rope_parameters") or text.get("rope_scaling") or {}


def _text(config: Mapping[str, Any]) -> TextConfig:
    rope = _rope(config)
    time, height, width = rope.get("mrope_section", [24, 20, 20])
    return TextConfig(
        layers=int(config["num_hidden_layers"]),
        hidden=int(config["hidden_size"]),
        inner=int(config["intermediate_size"]),
        heads=int(config["num_attention_heads"]),
        kv_heads=int(config["num_key_value_heads"]),
        head_dim=int(config["head_dim"]),
        eps=float(config["rms_norm_eps"]),
        rope_theta=float(rope.get("rope_theta") or config["rope_theta"]),
        mrope_section=(int(time), int(height), int(width)),
    )


def _vision(config: Mapping[str, Any]) -> VisionConfig:
    return VisionConfig(
        depth=int(config["depth"]),
        hidden=int(config["hidden_size"]),
        inner=int(config["intermediate_size"]),
        heads=int(config["num_heads"]),
        out=int(config["out_hidden_size"]),
        patch=int(config["patch_size"]),
        merge=int(config["spatial_merge_size"]),
        temporal=int(config["temporal_patch_size"]),
        positions=int(config["num_position_embeddings"]),
        taps=tuple(int(tap) for tap in config["deepstack_visual_indexes"]),
    )


def _three(values: object) -> tuple[float, float, float]:
    x, y, z = (float(value) for value in values)  # type: ignore[attr-defined]
    return x, y, z
