"""The whole policy as one graph: frames, prompt, uniforms and noise in; actions, tokens, log-probabilities out.

Axes: B windows, N images, P slots of the prompt, K samples, M tokens, T waypoints.
"""

from dataclasses import dataclass

from onnx import GraphProto, TensorProto

from model_config import ModelConfig

from .builder import FLOAT, INT64, Builder, Declared
from .decode import decode
from .expert import Frequencies, flow
from .positions import prompt_positions
from .prefill import prefill
from .rotary import TextRotary
from .sampling import DecodeSettings
from .vision import FrameSize, vision_tower
from .weights import Weight

INPUTS = {"frames": "frames", "promptIds": "prompt_ids", "uniforms": "uniforms", "noise": "noise"}
ACTIONS = "actions"
OUTPUTS = {"tokens": "tokens", "logprobs": "logprobs", "tokenCounts": "token_counts"}
#: Only where the settings tell the most likely tokens.
TOP_OUTPUTS = {"ids": "top_ids", "logprobs": "top_logprobs"}


@dataclass(frozen=True)
class PolicyShape:
    """Sizes that are fixed in the graph; B and K are not."""

    images: int
    frame: FrameSize
    prompt_length: int
    #: Slots of the prompt that ask at a time.
    chunk: int = 512


@dataclass(frozen=True)
class BuiltGraph:
    graph: GraphProto
    weights: dict[str, Weight]


def build_policy(
    config: ModelConfig,
    shape: PolicyShape,
    settings: DecodeSettings,
    frequencies: Frequencies,
    compute_type: int = FLOAT,
    steady_sums: bool = True,
) -> BuiltGraph:
    """Builds nodes and recipes of weights; reads nothing of a checkpoint."""
    g = Builder(compute_type, steady_sums)
    frames, ids, uniforms, noise = INPUTS.values()
    steps, text = config.action.steps, config.text
    rotary = TextRotary(
        text.rope_theta,
        text.head_dim,
        text.mrope_section,
        shape.prompt_length + settings.max_tokens + steps,
    )
    images, taps = vision_tower(g, frames, config.vision, shape.frame)
    positions = prompt_positions(
        g, ids, config.vocabulary.image_id, settings.pad_id, shape.frame.token_grid(config.vision)
    )
    prompt = prefill(g, ids, shape.prompt_length, positions, images, taps, config, rotary, shape.chunk)
    said = decode(g, prompt, uniforms, config, settings, rotary)
    actions = flow(g, prompt, said, noise, config, rotary, frequencies)

    outputs: dict[str, Declared] = {
        ACTIONS: (actions, FLOAT, ["B", "K", steps, 2]),
        OUTPUTS["tokens"]: (said.tokens, INT64, ["B", "K", settings.max_tokens]),
        OUTPUTS["logprobs"]: (said.logprobs, FLOAT, ["B", "K", settings.max_tokens]),
        OUTPUTS["tokenCounts"]: (said.counts, INT64, ["B", "K"]),
    }
    if said.top is not None:
        per_place: list[int | str] = ["B", "K", settings.max_tokens, settings.told]
        outputs[TOP_OUTPUTS["ids"]] = (said.top.ids, INT64, per_place)
        outputs[TOP_OUTPUTS["logprobs"]] = (said.top.logprobs, FLOAT, per_place)
    for name, (value, _, _) in outputs.items():
        g.rename_output(value, name)
    frame = shape.frame
    graph = g.graph(
        "policy",
        [
            (frames, TensorProto.UINT8, ["B", shape.images, 3, frame.height, frame.width]),
            (ids, INT64, ["B", shape.prompt_length]),
            (uniforms, FLOAT, ["B", "K", settings.max_tokens]),
            (noise, FLOAT, ["B", "K", steps, 2]),
        ],
        [(name, onnx_type, axes) for name, (_, onnx_type, axes) in outputs.items()],
    )
    return BuiltGraph(graph, g.weights)
