"""The plain reference: one sample at a time, one token at a time, with the ordinary cache of transformers.

Every sample runs alone with batch 1. After the prompt, the language model is stepped with `sampling.draw_token` until
the end token is drawn or `max_tokens` are; then the expert integrates the flow over the keys and values of the prompt
and of the tokens drawn. Definitions (offset, positions, mask, steps): NVlabs/alpamayo `models/alpamayo_r1.py` and
`diffusion/flow_matching.py`. Float32 throughout.
"""

import copy
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn
from transformers import DynamicCache, Qwen3VLConfig, Qwen3VLForConditionalGeneration
from transformers.models.qwen3_vl.modeling_qwen3_vl import Qwen3VLTextModel

from reference.action_projection import ActionInProjection
from reference.layout import ACTION_SPACE_BUFFERS, FREQUENCY_BUFFERS
from reference.pictures import pixel_values
from reference.sampling import SamplingRule, draw_token


@dataclass(frozen=True)
class Decode:
    max_tokens: int
    temperature: float = 0.6
    top_p: float = 0.98
    #: The most likely tokens that are told of each place.
    told: int = 0


@dataclass(frozen=True)
class Rollouts:
    """What the samples are; 0 past the count.

    tokens int64 and logprobs float32 [B,K,M], top_ids int64 and top_logprobs float32 [B,K,M,told], counts int64 [B,K],
    actions float32 [B,K,T,2].
    """

    tokens: np.ndarray
    logprobs: np.ndarray
    top_ids: np.ndarray
    top_logprobs: np.ndarray
    counts: np.ndarray
    actions: np.ndarray
    #: The closest that any draw came to an edge between two tokens, as a probability.
    margin: float


@dataclass(frozen=True)
class Prefix:
    """What the language model leaves behind: its keys and values, the logits of what comes next, the next position."""

    cache: DynamicCache
    logits: torch.Tensor
    position: int


class Reference(nn.Module):
    """An Alpamayo checkpoint in float32. `vlm`, `expert` and the projections carry the checkpoint's names."""

    def __init__(self, config: dict[str, Any], backbone: dict[str, Any]) -> None:
        super().__init__()
        vlm_config = Qwen3VLConfig(**copy.deepcopy(backbone))
        vlm_config.text_config.vocab_size = config["vocab_size"]
        self.config = config
        self.vlm = Qwen3VLForConditionalGeneration._from_config(vlm_config, attn_implementation="sdpa")
        expert_config = copy.deepcopy(vlm_config.text_config)
        for name, value in config["expert_cfg"].items():
            setattr(expert_config, name, value)
        self.expert = Qwen3VLTextModel._from_config(expert_config, attn_implementation="sdpa")
        del self.expert.embed_tokens
        rounded = config["keep_same_dtype"] and config["model_dtype"] == "bfloat16"
        self.action_in_proj = ActionInProjection(config["action_in_proj_cfg"], expert_config.hidden_size, rounded)
        self.action_out_proj = nn.Linear(expert_config.hidden_size, 2)
        self.waypoints: int = config["action_space_cfg"]["n_waypoints"]
        self.flow_steps: int = config["diffusion_cfg"]["num_inference_steps"]

    @property
    def end_id(self) -> int:
        return int(self.config["traj_token_ids"]["future_start"])

    def rule(self, decode: Decode) -> SamplingRule:
        bins = (self.config["traj_token_start_idx"], self.config["traj_vocab_size"])
        return SamplingRule(decode.temperature, decode.top_p, bins)

    @torch.no_grad()
    def roll_out(
        self,
        frames: np.ndarray,
        prompts: list[list[int]],
        uniforms: np.ndarray,
        noise: np.ndarray,
        decode: Decode,
    ) -> Rollouts:
        """frames uint8 [B,N,3,H,W], a prompt without padding for each row, uniforms [B,K,M], noise [B,K,T,2]."""
        rows, samples, longest = uniforms.shape
        tokens = np.zeros((rows, samples, longest), np.int64)
        logprobs = np.zeros((rows, samples, longest), np.float32)
        top_ids = np.zeros((*tokens.shape, decode.told), np.int64)
        top_logprobs = np.zeros((*tokens.shape, decode.told), np.float32)
        counts = np.zeros((rows, samples), np.int64)
        actions = np.zeros(noise.shape, np.float32)
        margin = 1.0
        for b in range(rows):
            prompt = self.prefill(torch.from_numpy(frames[b]), prompts[b])
            for k in range(samples):
                drawn, prefix = self.generate(prompt, uniforms[b, k], decode)
                count = len(drawn)
                counts[b, k] = count
                tokens[b, k, :count] = [one.token for one in drawn]
                logprobs[b, k, :count] = [one.logprob for one in drawn]
                for i, one in enumerate(drawn):
                    ordered, ids = torch.sort(one.logprobs, descending=True, stable=True)
                    top_ids[b, k, i], top_logprobs[b, k, i] = ids[: decode.told], ordered[: decode.told]
                actions[b, k] = self.flow(prefix, torch.from_numpy(noise[b, k])[None])[0].numpy()
                margin = min(margin, *(one.margin for one in drawn))
        return Rollouts(tokens, logprobs, top_ids, top_logprobs, counts, actions, margin)

    def prefill(self, frames: torch.Tensor, prompt: list[int]) -> Prefix:
        """frames uint8 [N,3,H,W]; the prompt's image placeholders are filled by the vision tower."""
        values, grid = pixel_values(frames)
        ids = torch.tensor([prompt])
        cache = DynamicCache(config=self.vlm.config.text_config)
        out = self.vlm(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            pixel_values=values,
            image_grid_thw=grid,
            past_key_values=cache,
            cache_position=torch.arange(len(prompt)),
            logits_to_keep=1,
        )
        return Prefix(cache, out.logits[0, -1], len(prompt) + int(out.rope_deltas))

    def generate(self, prompt: Prefix, uniforms: np.ndarray, decode: Decode) -> tuple[list[Any], Prefix]:
        """Draws until the end token or `max_tokens`. Every token drawn, the last one too, is read by the model."""
        prefix = Prefix(copy.deepcopy(prompt.cache), prompt.logits, prompt.position)
        rule, drawn = self.rule(decode), []
        for uniform in uniforms[: decode.max_tokens]:
            drawn.append(draw_token(prefix.logits, float(uniform), rule))
            prefix = self.step(prefix, drawn[-1].token)
            if drawn[-1].token == self.end_id:
                break
        return drawn, prefix

    def step(self, prefix: Prefix, token: int) -> Prefix:
        """Reads one token. Its position is the next one on all three axes."""
        seen = prefix.cache.get_seq_length()
        hidden = self.vlm.model.language_model(
            input_ids=torch.tensor([[token]]),
            attention_mask=torch.ones(1, seen + 1, dtype=torch.long),
            position_ids=torch.full((3, 1, 1), prefix.position),
            past_key_values=prefix.cache,
            cache_position=torch.tensor([seen]),
        ).last_hidden_state
        return Prefix(prefix.cache, self.vlm.lm_head(hidden)[0, -1], prefix.position + 1)

    def flow(self, prefix: Prefix, noise: torch.Tensor) -> torch.Tensor:
        """noise [1,T,2] -> normalised actions [1,T,2], by Euler steps of the velocity from t = 0."""
        x = noise
        for i in range(self.flow_steps):
            x = x + self.velocity(prefix, x, i / self.flow_steps) / self.flow_steps
        return x

    def velocity(self, prefix: Prefix, x: torch.Tensor, t: float) -> torch.Tensor:
        """One pass of the expert: waypoint j stands at the next position plus j and sees everything, its own kind too."""
        seen = prefix.cache.get_seq_length()
        positions = prefix.position + torch.arange(self.waypoints)
        hidden = self.expert(
            inputs_embeds=self.action_in_proj(x, t),
            position_ids=positions.expand(3, 1, -1),
            past_key_values=prefix.cache,
            attention_mask=torch.zeros(1, 1, self.waypoints, seen + self.waypoints),
            use_cache=True,
            is_causal=False,
        ).last_hidden_state
        prefix.cache.crop(seen)
        return self.action_out_proj(hidden)


def load_reference(folder: Path) -> Reference:
    """Reads a checkpoint folder. Every stored tensor has a place in the model and every parameter is stored."""
    config = json.loads((folder / "config.json").read_text())
    backbone = json.loads((folder / config["vlm_name_or_path"] / "config.json").read_text())
    model = Reference(config, backbone)
    result = model.load_state_dict(stored_tensors(folder), strict=False)
    # Buffers that follow from the configuration: 1.5 does not store the first, and nobody here needs the second.
    wrong = {*result.missing_keys, *result.unexpected_keys} - {*FREQUENCY_BUFFERS, *ACTION_SPACE_BUFFERS}
    if wrong:
        raise ValueError(f"{folder} does not hold this architecture: {sorted(wrong)[:5]}")
    return model.eval()


def stored_tensors(folder: Path) -> dict[str, torch.Tensor]:
    """All tensors of the shards that the index names, as float32."""
    index = json.loads((folder / "model.safetensors.index.json").read_text())["weight_map"]
    tensors: dict[str, torch.Tensor] = {}
    for shard in sorted(set(index.values())):
        tensors |= load_file(folder / shard)
    return {name: tensors[name].float() for name in index}
