"""Writes a tiny random checkpoint folder of the Alpamayo architecture, with the real names, in two shards.

usage: python -m reference.make_tiny_checkpoint OUT [--variant r1|1.5] [--seed N]

Weights are bfloat16, normal, scaled by the fan-in. Four things are not left to chance, so that samples look like the
real thing (a text, `<|cot_end|>`, `<|traj_future_start|>`), end at different lengths and have a smooth flow:
- channel 0 of the text stream is a constant 2: every embedding and every image feature carries it and no layer writes
  to it. It acts as the bias that `lm_head` does not have: `COT_END_BIAS` makes `<|cot_end|>` likely (about one token in
  ten), all other special tokens and all entries that are not readable text get `NEVER`.
- channel 1 is 8 for `<|cot_end|>` and 0 for every other token, and no layer writes to it either: after `<|cot_end|>`
  the head sees it and draws `<|traj_future_start|>`.
- the rows of `lm_head` for text have a standard deviation of `LOGIT_SCALE` over the root of the width, so that the
  nucleus at 0.98 and temperature 0.6 holds several tokens and cuts some.
- the first layer of `action_in_proj` is divided by the frequency of its Fourier feature and gets biases of standard
  deviation 2. As drawn it follows the feature of frequency 100 so steeply that ten steps turn a rounding of 1e-7 into
  metres; so the flow makes a difference 4 times larger (measured), and still depends on the noise with a slope of 5.
"""

import argparse
import json
import re
import zlib
from pathlib import Path
from typing import Any, get_args

import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer

from reference.configs import Variant, tiny_backbone, tiny_config
from reference.layout import ACTION_SPACE_BUFFERS, FREQUENCY_BUFFERS, checkpoint_shapes
from reference.tiny_tokenizer import tiny_tokenizer
from reference.tokens import extend, token_id, trajectory_token_ids

BIAS_CHANNEL, END_CHANNEL = 0, 1
BIAS, END_MARK = 2.0, 8.0
COT_END_BIAS = 3.0
NEVER = -8.0
LOGIT_SCALE = 2.0
SHARDS = 2
#: Vocabulary entries that are printable ASCII; a byte-level vocabulary writes the space as U+0120. Excludes <...>.
_READABLE = re.compile("[!-;=?-~\u0120]+")
CHAT_TEMPLATE = (
    "{%- for message in messages -%}{{ '<|im_start|>' + message.role + '\\n' }}"
    "{%- for part in message.content -%}"
    "{{ '<|vision_start|><|image_pad|><|vision_end|>' if part.type == 'image' else part.text }}"
    "{%- endfor -%}{{ '<|im_end|>\\n' }}{%- endfor -%}"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--variant", choices=get_args(Variant), default="r1")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    make_tiny_checkpoint(options.out, options.variant, options.seed)


def make_tiny_checkpoint(out: Path, variant: Variant, seed: int) -> None:
    """Writes config.json, tokenizer.json, two shards with their index, and the backbone's files under `vlm`."""
    base = tiny_tokenizer()
    extended = extend(base, variant)
    base_size = base.get_vocab_size(with_added_tokens=True)
    names = {"image": "<|image_pad|>", "video": "<|video_pad|>", "bos": "<|endoftext|>", "eos": "<|im_end|>"}
    names |= {"vision_start": "<|vision_start|>", "vision_end": "<|vision_end|>"}
    backbone = tiny_backbone(base_size, {name: token_id(base, token) for name, token in names.items()})
    config = tiny_config(variant, base_size, trajectory_token_ids(extended))

    (out / "vlm").mkdir(parents=True, exist_ok=True)
    _write_json(out / "config.json", config)
    extended.save(str(out / "tokenizer.json"), pretty=False)
    _write_backbone(out / "vlm", backbone, base)
    _write_shards(out, tiny_weights(config, backbone, extended, seed))


def tiny_weights(
    config: dict[str, Any], backbone: dict[str, Any], tokenizer: Tokenizer, seed: int
) -> dict[str, torch.Tensor]:
    """All tensors by name, bfloat16. A tensor depends on the seed and its own name only."""
    shapes = checkpoint_shapes(config, backbone)
    weights = {name: _random(name, shape, seed) for name, shape in shapes.items()}
    for name in FREQUENCY_BUFFERS:
        if name in shapes:
            weights[name] = fourier_frequencies(config["action_in_proj_cfg"])
    for name in ACTION_SPACE_BUFFERS:
        if name in shapes:
            weights[name] = torch.tensor(config["action_space_cfg"][name.removeprefix("action_space.")])
    _smooth_the_flow(weights, config["action_in_proj_cfg"])
    _keep_channels_constant(weights)
    _shape_the_vocabulary(weights, config, tokenizer)
    return {name: weight.to(torch.bfloat16).contiguous() for name, weight in weights.items()}


def fourier_frequencies(projection: dict[str, Any]) -> torch.Tensor:
    """[1, n/2] float32: frequencies from 1 to `max_freq`, evenly spaced in their logarithm."""
    half = projection["num_fourier_feats"] // 2
    return torch.logspace(0, float(np.log10(projection["max_freq"])), steps=half)[None]


def _random(name: str, shape: tuple[int, ...], seed: int) -> torch.Tensor:
    generator = np.random.default_rng([seed, zlib.crc32(name.encode())])
    values = torch.from_numpy(generator.standard_normal(shape, dtype=np.float32))
    if len(shape) > 1:
        fan_in = 1 if "embed" in name and len(shape) == 2 else int(np.prod(shape[1:]))
        return values / fan_in**0.5
    is_norm = name.endswith("weight")
    return 1 + 0.1 * values if is_norm else 0.05 * values


def _smooth_the_flow(weights: dict[str, torch.Tensor], projection: dict[str, Any]) -> None:
    """Columns are, for the two actions and the time in turn, the sines and then the cosines of all frequencies."""
    weights["action_in_proj.encoder.trunk.0.weight"] /= fourier_frequencies(projection).repeat(1, 6)
    weights["action_in_proj.encoder.trunk.0.bias"] *= 40


def _keep_channels_constant(weights: dict[str, torch.Tensor]) -> None:
    """No layer, merger or tap writes to the two reserved channels; image features carry the bias like any token."""
    reserved = [BIAS_CHANNEL, END_CHANNEL]
    for name, weight in weights.items():
        writes_text = name.startswith("vlm.model.language_model.layers.") and name.endswith(
            ("o_proj.weight", "down_proj.weight")
        )
        writes_image = "merger" in name and ".linear_fc2." in name
        if writes_text or writes_image:
            weight[reserved] = 0
    weights["vlm.model.visual.merger.linear_fc2.bias"][BIAS_CHANNEL] = BIAS


def _shape_the_vocabulary(weights: dict[str, torch.Tensor], config: dict[str, Any], tokenizer: Tokenizer) -> None:
    """Gives embeddings their constant channels, and the rows of `lm_head` their biases through those channels."""
    cot_end, end = token_id(tokenizer, "<|cot_end|>"), config["traj_token_ids"]["future_start"]
    embeddings, head = weights["vlm.model.language_model.embed_tokens.weight"], weights["vlm.lm_head.weight"]
    embeddings[:, BIAS_CHANNEL], embeddings[:, END_CHANNEL] = BIAS, 0
    embeddings[cot_end, END_CHANNEL] = END_MARK
    # The final norm must not turn the biases around.
    weights["vlm.model.language_model.norm.weight"][[BIAS_CHANNEL, END_CHANNEL]] = 1

    never = [id for token, id in tokenizer.get_vocab().items() if not _READABLE.fullmatch(token)]
    head *= LOGIT_SCALE
    head[:, [BIAS_CHANNEL, END_CHANNEL]] = 0
    head[never, BIAS_CHANNEL] = NEVER
    head[cot_end, BIAS_CHANNEL] = COT_END_BIAS
    head[cot_end, END_CHANNEL] = NEVER
    head[end, END_CHANNEL] = -NEVER


def _write_shards(out: Path, weights: dict[str, torch.Tensor]) -> None:
    """Two shards of about the same size, in module order, and the index in the form of Hugging Face."""
    total = sum(weight.nbytes for weight in weights.values())
    shards: list[dict[str, torch.Tensor]] = [{} for _ in range(SHARDS)]
    written = 0
    for name, weight in weights.items():
        shards[min(SHARDS - 1, written * SHARDS // total)][name] = weight
        written += weight.nbytes
    where: dict[str, str] = {}
    for number, shard in enumerate(shards, start=1):
        file = f"model-{number:05d}-of-{SHARDS:05d}.safetensors"
        save_file(shard, out / file, metadata={"format": "pt"})
        where |= dict.fromkeys(shard, file)
    _write_json(out / "model.safetensors.index.json", {"metadata": {"total_size": total}, "weight_map": where})


def _write_backbone(folder: Path, backbone: dict[str, Any], tokenizer: Tokenizer) -> None:
    """What `Qwen3VLConfig` and `AutoProcessor` read from the folder of a Qwen3-VL."""
    text = backbone["text_config"]
    _write_json(folder / "config.json", backbone)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    _write_json(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "Qwen2TokenizerFast",
            "eos_token": "<|im_end|>",
            "pad_token": "<|endoftext|>",
            "model_max_length": text["max_position_embeddings"],
            "clean_up_tokenization_spaces": False,
        },
    )
    picture = {
        "size": {"longest_edge": 16777216, "shortest_edge": 65536},
        "patch_size": 16,
        "temporal_patch_size": 2,
        "merge_size": 2,
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5],
        "processor_class": "Qwen3VLProcessor",
    }
    _write_json(folder / "preprocessor_config.json", {**picture, "image_processor_type": "Qwen2VLImageProcessorFast"})
    _write_json(folder / "video_preprocessor_config.json", {**picture, "video_processor_type": "Qwen3VLVideoProcessor"})
    (folder / "chat_template.jinja").write_text(CHAT_TEMPLATE)


def _write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n")


if __name__ == "__main__":
    main()
