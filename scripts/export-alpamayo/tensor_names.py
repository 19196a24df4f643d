"""Which tensors a checkpoint must hold, by name and shape: a pure function of its configuration.

Names follow the module tree of the public code: a Qwen3-VL under `vlm`, a second text stack without embeddings under
`expert`, and the two projections of the actions.
"""

from collections.abc import Iterable, Mapping

from errors import ExportError
from model_config import ModelConfig, TextConfig, VisionConfig

Shapes = dict[str, tuple[int, ...]]

VISION, TEXT, HEAD, EXPERT = "vlm.model.visual", "vlm.model.language_model", "vlm.lm_head", "expert"
ACTION_IN, ACTION_OUT = "action_in_proj", "action_out_proj"
#: Used when a checkpoint stores it (R1 does), computed when it does not (1.5).
FREQUENCIES = f"{ACTION_IN}.sinus.0.freqs"


def needed_tensors(config: ModelConfig) -> Shapes:
    """Every tensor that the graph is made of."""
    text, vocabulary = config.text, config.vocabulary.size
    shapes = _vision(config.vision) | {f"{TEXT}.embed_tokens.weight": (vocabulary, text.hidden)}
    shapes |= _text_stack(TEXT, text)
    if not config.tied_head:
        shapes[f"{HEAD}.weight"] = (vocabulary, text.hidden)
    return shapes | _text_stack(EXPERT, config.expert) | _projections(config)


def optional_tensors(config: ModelConfig) -> Shapes:
    """Tensors that some releases store: buffers that follow from the configuration."""
    half = config.action.features // 2
    buffers = [f"{ACTION_IN}.sinus.{i}.freqs" for i in range(2)] + [f"{ACTION_IN}.timestep_fourier_encoder.freqs"]
    shapes: Shapes = {name: (1, half) for name in buffers}
    statistics = ("accel_mean", "accel_std", "curvature_mean", "curvature_std")
    shapes |= {f"action_space.{name}": () for name in statistics}
    if config.tied_head:
        shapes[f"{HEAD}.weight"] = (config.vocabulary.size, config.text.hidden)
    return shapes


def check_names(config: ModelConfig, found: Iterable[str]) -> None:
    """Throws when a tensor is missing, or when one is there that this exporter would silently leave out."""
    names, needed = set(found), needed_tensors(config)
    missing = [name for name in needed if name not in names]
    if missing:
        raise ExportError(
            f"the checkpoint has no tensor {missing[0]!r}{_and_more(missing)}",
            "config.json and the index must be of the same release",
        )
    unknown = sorted(names - needed.keys() - optional_tensors(config).keys())
    if unknown:
        raise ExportError(
            f"the checkpoint has a tensor that this exporter does not know: {unknown[0]!r}{_and_more(unknown)}",
            "a model that has more parts than the exporter builds would answer differently",
        )


def check_shapes(config: ModelConfig, found: Mapping[str, tuple[int, ...]]) -> None:
    """Throws when a tensor has another shape than the configuration says."""
    for name, shape in (needed_tensors(config) | optional_tensors(config)).items():
        if name in found and found[name] != shape:
            raise ExportError(f"tensor {name!r} has the shape {list(found[name])}, config.json says {list(shape)}")


def _and_more(names: list[str]) -> str:
    return f" (and {len(names) - 1} more)" if len(names) > 1 else ""


def _vision(vision: VisionConfig) -> Shapes:
    hidden, merged = vision.hidden, vision.hidden * vision.merge**2
    shapes = _linear(f"{VISION}.patch_embed.proj", hidden, 3, vision.temporal, vision.patch, vision.patch)
    shapes[f"{VISION}.pos_embed.weight"] = (vision.positions, hidden)
    for block in range(vision.depth):
        at = f"{VISION}.blocks.{block}"
        shapes |= _norm(f"{at}.norm1", hidden) | _norm(f"{at}.norm2", hidden)
        shapes |= _linear(f"{at}.attn.qkv", 3 * hidden, hidden) | _linear(f"{at}.attn.proj", hidden, hidden)
        shapes |= _linear(f"{at}.mlp.linear_fc1", vision.inner, hidden)
        shapes |= _linear(f"{at}.mlp.linear_fc2", hidden, vision.inner)
    shapes |= _merger(f"{VISION}.merger", hidden, merged, vision.out)
    for tap in range(len(vision.taps)):
        shapes |= _merger(f"{VISION}.deepstack_merger_list.{tap}", merged, merged, vision.out)
    return shapes


def _merger(at: str, normalised: int, merged: int, out: int) -> Shapes:
    return (
        _norm(f"{at}.norm", normalised)
        | _linear(f"{at}.linear_fc1", merged, merged)
        | _linear(f"{at}.linear_fc2", out, merged)
    )


def _text_stack(prefix: str, text: TextConfig) -> Shapes:
    queries, keys = text.heads * text.head_dim, text.kv_heads * text.head_dim
    shapes: Shapes = {f"{prefix}.norm.weight": (text.hidden,)}
    for layer in range(text.layers):
        at = f"{prefix}.layers.{layer}"
        shapes |= {
            f"{at}.input_layernorm.weight": (text.hidden,),
            f"{at}.self_attn.q_proj.weight": (queries, text.hidden),
            f"{at}.self_attn.k_proj.weight": (keys, text.hidden),
            f"{at}.self_attn.v_proj.weight": (keys, text.hidden),
            f"{at}.self_attn.o_proj.weight": (text.hidden, queries),
            f"{at}.self_attn.q_norm.weight": (text.head_dim,),
            f"{at}.self_attn.k_norm.weight": (text.head_dim,),
            f"{at}.post_attention_layernorm.weight": (text.hidden,),
            f"{at}.mlp.gate_proj.weight": (text.inner, text.hidden),
            f"{at}.mlp.up_proj.weight": (text.inner, text.hidden),
            f"{at}.mlp.down_proj.weight": (text.hidden, text.inner),
        }
    return shapes


def _projections(config: ModelConfig) -> Shapes:
    action, hidden = config.action, config.expert.hidden
    trunk = f"{ACTION_IN}.encoder.trunk"
    shapes = _linear(f"{trunk}.0", action.hidden, 3 * action.features)
    for layer in range(action.layers):
        out = hidden if layer == action.layers - 1 else action.hidden
        shapes[f"{trunk}.{2 + 3 * layer}.weight"] = (action.hidden,)
        shapes |= _linear(f"{trunk}.{3 + 3 * layer}", out, action.hidden)
    return shapes | _norm(f"{ACTION_IN}.norm", hidden) | _linear(ACTION_OUT, 2, hidden)


def _linear(name: str, *shape: int) -> Shapes:
    return {f"{name}.weight": shape, f"{name}.bias": shape[:1]}


def _norm(name: str, width: int) -> Shapes:
    return {f"{name}.weight": (width,), f"{name}.bias": (width,)}
