"""Writes prompt token ids of both templates with the tiny tokenizer, as fixtures for the tests of the host.

usage: python -m reference.prompt_fixtures OUT     (tokenizer-r1.json, tokenizer-1.5.json, prompts.json)
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np

from reference.configs import VARIANTS
from reference.prompt import prompt_ids, prompt_text
from reference.tiny_tokenizer import tiny_tokenizer
from reference.tokens import extend

#: (cameras, frames per camera, tokens per image): a small rig, and the rig of the release.
RIGS = (((0, 1), 2, 6), ((0, 1, 2, 6), 4, 180))
NAVIGATION = (None, "Turn left onto Main Street in 40m")
WHOLE_BELOW = 500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    history = example_history()
    prompts = []
    for variant in VARIANTS:
        tokenizer = extend(tiny_tokenizer(), variant)
        tokenizer.save(str(out / f"tokenizer-{variant}.json"), pretty=False)
        for cameras, frames, image_tokens in RIGS:
            for navigation in NAVIGATION if variant == "1.5" else NAVIGATION[:1]:
                ids = prompt_ids(tokenizer, variant, cameras, frames, image_tokens, history, navigation)
                prompt = {
                    "variant": variant,
                    "cameras": cameras,
                    "frames": frames,
                    "imageTokens": image_tokens,
                    "navigation": navigation,
                    "length": len(ids),
                    "idsSha256": hashlib.sha256(json.dumps(ids, separators=(",", ":")).encode()).hexdigest(),
                }
                if len(ids) < WHOLE_BELOW:
                    prompt |= {"ids": ids, "text": prompt_text(variant, cameras, frames, image_tokens, 48, navigation)}
                prompts.append(prompt)
    (out / "prompts.json").write_text(json.dumps({"historyXyz": history.tolist(), "prompts": prompts}) + "\n")


def example_history() -> np.ndarray:
    """[16,3] float32: 10 m/s on a left bend, the last pose the origin."""
    behind = np.arange(15, -1, -1, dtype=np.float64) * 0.1
    return np.stack([-10 * behind, 0.6 * behind**2, 0.05 * behind], axis=1).astype(np.float32)


if __name__ == "__main__":
    main()
