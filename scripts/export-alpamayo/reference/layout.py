"""Names and shapes of every tensor of an Alpamayo checkpoint, computed from its two configurations.

Facts: the module tree of NVlabs/alpamayo `models/alpamayo_r1.py` (a Qwen3-VL under `vlm`, a second text stack under
`expert` without token embeddings, the two projections) and of transformers' `models/qwen3_vl`. The tiny checkpoint is
written from this list, and the full-size list of `real_tensor_names.py` is the same function on the released numbers.
"""

from collections.abc import Mapping
from typing import Any

Shapes = dict[str, tuple[int, ...]]
Config = Mapping[str, Any]

FREQUENCY_BUFFERS = (
    "action_in_proj.sinus.0.freqs",
    "action_in_proj.sinus.1.freqs",
    "action_in_proj.timestep_fourier_encoder.freqs",
)
ACTION_SPACE_BUFFERS = (
    "action_space.accel_mean",
    "action_space.accel_std",
    "action_space.curvature_mean",
    "action_space.curvature_std",
)


def expert_text_config(config: Config, backbone: Config) -> dict[str, Any]:
    """The expert's text configuration: the backbone's, with `expert_cfg` laid over it."""
    return {**backbone["text_config"], **config["expert_cfg"]}


def checkpoint_shapes(config: Config, backbone: Config) -> Shapes:
    """Shape of every tensor in the safetensors files, by name, in module order.

    `config` is the checkpoint's config.json, `backbone` the configuration of the Qwen3-VL it names. Alpamayo R1
    declares its Fourier frequencies and action statistics as persistent buffers, so they are stored; 1.5 does not.
    """
    text = backbone["text_config"]
    shapes = {
        **vision_shapes("vlm.model.visual", backbone["vision_config"]),
        "vlm.model.language_model.embed_tokens.weight": (config["vocab_size"], text["hidden_size"]),
        **text_shapes("vlm.model.language_model", text),
        "vlm.lm_head.weight": (config["vocab_size"], text["hidden_size"]),
    }
    expert = expert_text_config(config, backbone)
    shapes |= text_shapes("expert", expert)
    if config["model_type"] == "alpamayo_r1":
        shapes |= {name: () for name in ACTION_SPACE_BUFFERS}
    shapes |= projection_shapes(config, expert["hidden_size"])
    return shapes


def text_shapes(prefix: str, text: Config) -> Shapes:
    """Decoder layers and final norm of a Qwen3-VL text stack; embeddings and head are not part of it."""
    hidden, inner, head = text["hidden_size"], text["intermediate_size"], text["head_dim"]
    queries, keys = text["num_attention_heads"] * head, text["num_key_value_heads"] * head
    shapes: Shapes = {}
    for layer in range(text["num_hidden_layers"]):
        at = f"{prefix}.layers.{layer}"
        shapes |= {
            f"{at}.self_attn.q_proj.weight": (queries, hidden),
            f"{at}.self_attn.k_proj.weight": (keys, hidden),
            f"{at}.self_attn.v_proj.weight": (keys, hidden),
            f"{at}.self_attn.o_proj.weight": (hidden, queries),
            f"{at}.self_attn.q_norm.weight": (head,),
            f"{at}.self_attn.k_norm.weight": (head,),
            f"{at}.mlp.gate_proj.weight": (inner, hidden),
            f"{at}.mlp.up_proj.weight": (inner, hidden),
            f"{at}.mlp.down_proj.weight": (hidden, inner),
            f"{at}.input_layernorm.weight": (hidden,),
            f"{at}.post_attention_layernorm.weight": (hidden,),
        }
    return shapes | {f"{prefix}.norm.weight": (hidden,)}


def vision_shapes(prefix: str, vision: Config) -> Shapes:
    """The vision tower: patches, positions, blocks, the merger, and one merger more for each deepstack tap."""
    hidden, inner, out = vision["hidden_size"], vision["intermediate_size"], vision["out_hidden_size"]
    merged = hidden * vision["spatial_merge_size"] ** 2
    patch = (vision["in_channels"], vision["temporal_patch_size"], vision["patch_size"], vision["patch_size"])
    shapes: Shapes = {
        **_linear(f"{prefix}.patch_embed.proj", (hidden, *patch)),
        f"{prefix}.pos_embed.weight": (vision["num_position_embeddings"], hidden),
    }
    for block in range(vision["depth"]):
        at = f"{prefix}.blocks.{block}"
        shapes |= _norm(f"{at}.norm1", hidden) | _norm(f"{at}.norm2", hidden)
        shapes |= _linear(f"{at}.attn.qkv", (3 * hidden, hidden)) | _linear(f"{at}.attn.proj", (hidden, hidden))
        shapes |= _linear(f"{at}.mlp.linear_fc1", (inner, hidden)) | _linear(f"{at}.mlp.linear_fc2", (hidden, inner))
    # The merger of the last block normalises before the 2x2 patches are joined, those of the taps after.
    mergers = [("merger", hidden)]
    mergers += [(f"deepstack_merger_list.{tap}", merged) for tap in range(len(vision["deepstack_visual_indexes"]))]
    for name, width in mergers:
        at = f"{prefix}.{name}"
        shapes |= _norm(f"{at}.norm", width)
        shapes |= _linear(f"{at}.linear_fc1", (merged, merged)) | _linear(f"{at}.linear_fc2", (out, merged))
    return shapes


def projection_shapes(config: Config, expert_hidden: int) -> Shapes:
    """`action_in_proj` (two actions and the time, each as Fourier features, through an MLP) and `action_out_proj`."""
    into = config["action_in_proj_cfg"]
    features, hidden = into["num_fourier_feats"], into["hidden_size"]
    shapes: Shapes = {}
    if config["model_type"] == "alpamayo_r1":
        shapes |= {name: (1, features // 2) for name in FREQUENCY_BUFFERS}
    trunk = "action_in_proj.encoder.trunk"
    shapes |= _linear(f"{trunk}.0", (hidden, 3 * features))
    # The trunk is a Sequential: 0 Linear, 1 SiLU, then (norm, Linear, SiLU) for each layer but the last, (norm, Linear).
    for layer in range(into["num_enc_layers"]):
        last = layer == into["num_enc_layers"] - 1
        shapes[f"{trunk}.{2 + 3 * layer}.weight"] = (hidden,)
        shapes |= _linear(f"{trunk}.{3 + 3 * layer}", (expert_hidden if last else hidden, hidden))
    shapes |= _norm("action_in_proj.norm", expert_hidden)
    return shapes | _linear("action_out_proj", (2, expert_hidden))


def _linear(name: str, shape: tuple[int, ...]) -> Shapes:
    return {f"{name}.weight": shape, f"{name}.bias": shape[:1]}


def _norm(name: str, width: int) -> Shapes:
    return {f"{name}.weight": (width,), f"{name}.bias": (width,)}
