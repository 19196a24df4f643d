"""Runs the public NVlabs code beside the plain reference: same checkpoint, same uniforms, same noise.

usage: python -m reference.compare_with_nvlabs --r1 CHECKOUT --v15 CHECKOUT [--chat-template FILE] [--full]

CHECKOUT is a clone of NVlabs/alpamayo and of NVlabs/alpamayo1.5 (see README.md for the commits and for what they
import). Nothing of them is copied: their classes load the tiny checkpoint from a temporary folder and sample with
`sample_trajectories_from_data_with_vlm_rollout`. With --chat-template their messages go through that template, such as
the one of Qwen/Qwen3-VL-8B-Instruct, in place of the tiny checkpoint's. Three things are put in from outside while they run:
- `torch.multinomial` draws by the inverse of the cumulative sum from our uniforms, in place of torch's generator;
- `torch.randn` hands out our noise for the flow;
- the expert's `forward` and the flow's step function are watched, to see positions, mask, keys, values, velocities.
Their generation draws one token more than the last end token, whose row of uniforms is padded with 0.5.

Prints a table of the largest differences and exits with 1 when one is above its limit.
"""

import argparse
import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import AutoProcessor

from reference.configs import VARIANTS, Variant
from reference.layout import FREQUENCY_BUFFERS
from reference.make_tiny_checkpoint import make_tiny_checkpoint
from reference.model import Decode, Prefix, Reference, load_reference
from reference.prompt import prompt_ids
from reference.prompt_fixtures import example_history

CLASSES = {
    "r1": ("alpamayo_r1", "alpamayo_r1.models.alpamayo_r1", "AlpamayoR1"),
    "1.5": ("alpamayo1_5", "alpamayo1_5.models.alpamayo1_5", "Alpamayo1_5"),
}
SEED = 1
#: Lets our small pictures pass unscaled; their limit is 163,840.
MIN_PIXELS = 32 * 32
LIMITS = {
    "names missing or unknown when loading": 0,
    "prompt ids": 0,
    "tokens": 0,
    "positions": 0,
    "masked columns": 0,
    "keys": 1e-5,
    "values": 1e-5,
    "velocities": 1e-5,
    "actions": 1e-5,
    "capped: actions without the last token's keys": 1e-5,
}
AS_EXPORTED = "capped: actions with them, as we define it"


@dataclass(frozen=True)
class Case:
    variant: Variant
    cameras: tuple[int, ...]
    frames: int
    height: int
    width: int
    samples: int
    max_tokens: int
    navigation: str | None = None

    def __str__(self) -> str:
        navigation = ", navigation" if self.navigation else ""
        pictures = len(self.cameras) * self.frames
        size = f"{pictures} of {self.height}x{self.width}"
        return f"{self.variant}, {size}, K = {self.samples}, at most {self.max_tokens} tokens{navigation}"


@dataclass
class Watched:
    """What their run did: `keys` and `values` [layer][sample, head, place, channel], one velocity for each step."""

    sequences: torch.Tensor | None = None
    positions: torch.Tensor | None = None
    mask: torch.Tensor | None = None
    keys: list[torch.Tensor] = field(default_factory=list)
    values: list[torch.Tensor] = field(default_factory=list)
    velocities: list[torch.Tensor] = field(default_factory=list)
    actions: torch.Tensor | None = None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--r1", type=Path, required=True)
    parser.add_argument("--v15", type=Path, required=True)
    parser.add_argument("--full", action="store_true", help="also the rig of the release: 16 pictures of 320x576")
    parser.add_argument("--chat-template", type=Path)
    options = parser.parse_args()
    template = None if options.chat_template is None else options.chat_template.read_text()
    for checkout in (options.r1, options.v15):
        sys.path.insert(0, str(checkout / "src"))
        commit = subprocess.run(
            ["git", "-C", checkout, "rev-parse", "HEAD"], capture_output=True, text=True, check=True
        )
        print(f"{checkout.name} @ {commit.stdout.strip()}")

    torch.set_num_threads(1)
    small = {"cameras": (0, 1), "frames": 2, "height": 64, "width": 96}
    cases = [Case(variant, **small, samples=6, max_tokens=48) for variant in VARIANTS]
    cases.append(Case("1.5", **small, samples=6, max_tokens=48, navigation="Turn left onto Main Street in 40m"))
    cases.append(Case("r1", **small, samples=6, max_tokens=8))
    if options.full:
        release = {"cameras": (0, 1, 2, 6), "frames": 4, "height": 320, "width": 576}
        cases += [Case(variant, **release, samples=2, max_tokens=48) for variant in VARIANTS]
    wrong = False
    for case in cases:
        with tempfile.TemporaryDirectory() as folder:
            make_tiny_checkpoint(Path(folder), case.variant, SEED)
            if template is not None:
                (Path(folder) / "vlm" / "chat_template.jinja").write_text(template)
            print(f"\n{case}")
            for name, value in compare(case, Path(folder)).items():
                limit = LIMITS.get(name)
                failed = limit is not None and not value <= limit
                wrong |= failed
                print(f"  {name:<48}{value:<12.3g}{'' if limit is None else f'limit {limit:g}'}{' FAILED' * failed}")
    sys.exit(int(wrong))


def compare(case: Case, folder: Path) -> dict[str, float]:
    """Largest differences by what was compared; the last entries say what the case held."""
    generator = np.random.default_rng(SEED)
    pictures = len(case.cameras) * case.frames
    frames = generator.integers(0, 256, (pictures, 3, case.height, case.width), dtype=np.uint8)
    uniforms = generator.random((case.samples, case.max_tokens), dtype=np.float32)
    noise = generator.standard_normal((case.samples, 64, 2), dtype=np.float32)
    history = example_history()

    theirs, wrong_names = load_theirs(case.variant, folder)
    prompt, watched = run_theirs(theirs, case, frames, history, uniforms, noise)
    ours = load_reference(folder)
    image_tokens = case.height * case.width // 32**2
    ids = prompt_ids(
        _tokenizer(folder), case.variant, case.cameras, case.frames, image_tokens, history, case.navigation
    )
    if ids != prompt:
        places = [i for i, (mine, theirs) in enumerate(zip(ids, prompt, strict=False)) if mine != theirs]
        print(f"  prompts of {len(ids)} and {len(prompt)} ids differ at {places[:5]}")
        return {"prompt ids": float("inf")}
    names = {"names missing or unknown when loading": wrong_names, "prompt ids": 0}
    return {**names, **compare_rollouts(ours, ids, frames, uniforms, noise, watched, case)}


def compare_rollouts(
    ours: Reference,
    ids: list[int],
    frames: np.ndarray,
    uniforms: np.ndarray,
    noise: np.ndarray,
    watched: Watched,
    case: Case,
) -> dict[str, float]:
    worst = dict.fromkeys([*list(LIMITS)[2:], AS_EXPORTED], 0.0)
    counts, capped = [], 0
    decode = Decode(case.max_tokens)
    with torch.no_grad():
        prompt = ours.prefill(torch.from_numpy(frames), ids)
        for k in range(case.samples):
            drawn, prefix = ours.generate(prompt, uniforms[k], decode)
            x = torch.from_numpy(noise[k])[None]
            count = len(drawn)
            counts.append(count)
            seen = len(ids) + count
            sequence = watched.sequences[k, len(ids) : seen].tolist()
            differing = sum(a != b.token for a, b in zip(sequence, drawn, strict=True))
            positions = watched.positions[:, k] - (prefix.position + torch.arange(64))
            _worsen(worst, "tokens", differing)
            _worsen(worst, "positions", positions.abs().max())
            if count == case.max_tokens:
                # Their model never reads the last token that the limit allows; ours reads every token drawn.
                capped += 1
                _worsen(worst, AS_EXPORTED, (watched.actions[k] - ours.flow(prefix, x)[0]).abs().max())
                prefix.cache.crop(seen - 1)
                difference = (watched.actions[k] - ours.flow(prefix, x)[0]).abs().max()
                _worsen(worst, "capped: actions without the last token's keys", difference)
                continue
            columns = torch.zeros(watched.mask.shape[-1], dtype=torch.bool)
            columns[seen:-64] = True
            _worsen(worst, "masked columns", ((watched.mask[k, 0] != 0) != columns).sum())
            for layer, (keys, values) in enumerate(zip(watched.keys, watched.values, strict=True)):
                mine = prefix.cache.layers[layer]
                _worsen(worst, "keys", (keys[k, :, :seen] - mine.keys[0]).abs().max())
                _worsen(worst, "values", (values[k, :, :seen] - mine.values[0]).abs().max())
            _compare_flow(worst, ours, prefix, x, watched, k)
    return worst | {"shortest sample": min(counts), "longest sample": max(counts), "capped samples": capped}


def _compare_flow(
    worst: dict[str, float], ours: Reference, prefix: Prefix, x: torch.Tensor, watched: Watched, k: int
) -> None:
    for i, velocity in enumerate(watched.velocities):
        mine = ours.velocity(prefix, x, i / ours.flow_steps)
        _worsen(worst, "velocities", (velocity[k] - mine[0]).abs().max())
        x = x + mine / ours.flow_steps
    _worsen(worst, "actions", (watched.actions[k] - x[0]).abs().max())


def _worsen(worst: dict[str, float], name: str, value: Any) -> None:
    worst[name] = max(worst[name], float(value))


def load_theirs(variant: Variant, folder: Path) -> tuple[Any, int]:
    """Their model in float32 with the tiny checkpoint, whose backbone is named by its absolute path.

    Also how many tensors of the checkpoint it did not know or missed.
    """
    _, module, name = CLASSES[variant]
    theirs = getattr(__import__(module, fromlist=[name]), name)
    # transformers prints a configuration as its difference from the default one, which names a model on the hub.
    theirs.config_class.has_no_defaults_at_init = True
    # R1 asks for FlashAttention 2 and does not declare the attention of torch, which its networks have.
    theirs._supports_sdpa = True
    copied = folder / "for-nvlabs"
    copied.mkdir()
    for file in folder.glob("*.safetensors*"):
        shutil.copy(file, copied)
    config = json.loads((folder / "config.json").read_text())
    config |= {
        "vlm_name_or_path": str(folder / "vlm"),
        "model_dtype": "float32",
        "dtype": "float32",
        "attn_implementation": "sdpa",
        "min_pixels": MIN_PIXELS,
    }
    (copied / "config.json").write_text(json.dumps(config))
    model, info = theirs.from_pretrained(
        copied, dtype=torch.float32, attn_implementation="sdpa", output_loading_info=True
    )
    if variant == "1.5":
        # Not stored by this release; in its bfloat16 the module's `.to` rounds them, in our float32 run nobody does.
        for name in FREQUENCY_BUFFERS:
            module = model.get_submodule(name.rpartition(".")[0])
            module.freqs = module.freqs.to(torch.bfloat16).float()
    return model.eval(), sum(len(info[key]) for key in ("missing_keys", "unexpected_keys", "mismatched_keys"))


def run_theirs(
    model: Any, case: Case, frames: np.ndarray, history: np.ndarray, uniforms: np.ndarray, noise: np.ndarray
) -> tuple[list[int], Watched]:
    """Samples with their code; returns the prompt's ids (history put in) and what was seen."""
    data = their_inputs(model, case, frames, history)
    prompt = model.fuse_traj_tokens(
        data["tokenized_data"]["input_ids"],
        {name: data[name] for name in ("ego_history_xyz", "ego_history_rot")},
    )[0].tolist()
    watched = Watched()
    with watch(model, watched), random_numbers(uniforms, noise), torch.no_grad():
        model.sample_trajectories_from_data_with_vlm_rollout(
            data=data,
            top_p=0.98,
            temperature=0.6,
            num_traj_samples=case.samples,
            max_generation_length=case.max_tokens,
        )
    return prompt, watched


def their_inputs(model: Any, case: Case, frames: np.ndarray, history: np.ndarray) -> dict[str, Any]:
    """Their `create_message` through the chat template and the image processor, whose limits let our size pass."""
    package = CLASSES[case.variant][0]
    helper = __import__(f"{package}.helper", fromlist=["create_message"])
    pictures = torch.from_numpy(frames)
    if case.variant == "r1":
        message = helper.create_message(pictures)
    else:
        cameras = torch.tensor(case.cameras)
        message = helper.create_message(pictures, cameras, case.frames, nav_text=case.navigation)
    limits = {"min_pixels": MIN_PIXELS, "max_pixels": helper.MAX_PIXELS}
    processor = AutoProcessor.from_pretrained(model.config.vlm_name_or_path, **limits)
    processor.tokenizer = model.tokenizer
    inputs = processor.apply_chat_template(
        message,
        tokenize=True,
        add_generation_prompt=False,
        continue_final_message=True,
        return_dict=True,
        return_tensors="pt",
    )
    poses = torch.from_numpy(history)[None, None]
    return {
        "tokenized_data": inputs,
        "ego_history_xyz": poses,
        "ego_history_rot": torch.eye(3).expand(1, 1, len(history), 3, 3),
    }


@contextlib.contextmanager
def watch(model: Any, watched: Watched) -> Iterator[None]:
    """Notes what goes into the expert, what the step function gives, and what the sampler and generation return."""
    expert, sample, generate = model.expert.forward, model.diffusion.sample, model.vlm.generate

    def forward(**inputs: Any) -> Any:
        if watched.positions is None:
            cache = inputs["past_key_values"]
            watched.positions = inputs["position_ids"].clone()
            watched.mask = inputs["attention_mask"].clone()
            watched.keys = [layer.keys.clone() for layer in cache.layers]
            watched.values = [layer.values.clone() for layer in cache.layers]
        return expert(**inputs)

    def sampled(step_fn: Any, **inputs: Any) -> torch.Tensor:
        def step(**at: Any) -> torch.Tensor:
            watched.velocities.append(step_fn(**at))
            return watched.velocities[-1]

        watched.actions = sample(step_fn=step, **inputs)
        return watched.actions

    def generated(**inputs: Any) -> Any:
        out = generate(**inputs)
        watched.sequences = out.sequences.clone()
        return out

    with (
        mock.patch.object(model.expert, "forward", forward),
        mock.patch.object(model.diffusion, "sample", sampled),
        mock.patch.object(model.vlm, "generate", generated),
    ):
        yield


@contextlib.contextmanager
def random_numbers(uniforms: np.ndarray, noise: np.ndarray) -> Iterator[None]:
    """Puts our numbers in place of torch's: token i of sample k from uniforms[k,i], the flow from `noise`."""
    rows = iter(uniforms.T)

    def multinomial(probabilities: torch.Tensor, num_samples: int) -> torch.Tensor:
        del num_samples
        ordered, ids = torch.sort(probabilities.double(), descending=True, stable=True)
        u = torch.from_numpy(next(rows, np.full(len(probabilities), 0.5, np.float32)).copy())
        up_to = ordered.cumsum(-1)
        place = (up_to <= u[:, None] * up_to[:, -1:]).sum(-1, keepdim=True)
        return ids.gather(-1, place.clamp(max=ids.shape[-1] - 1))

    def randn(*shape: int, **options: Any) -> torch.Tensor:
        del options
        return torch.from_numpy(noise).reshape(shape)

    with mock.patch.object(torch, "multinomial", multinomial), mock.patch.object(torch, "randn", randn):
        yield


def _tokenizer(folder: Path) -> Tokenizer:
    return Tokenizer.from_file(str(folder / "tokenizer.json"))


if __name__ == "__main__":
    main()
