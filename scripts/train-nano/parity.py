"""Holds the exported graph against PyTorch: the same words, log-probabilities and actions, for any number of samples.

usage: python parity.py TRAINED_FOLDER GRAPH DATA_FOLDER
"""

import sys
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from export import ACTION_MEAN, ACTION_STD
from nano import INPUTS
from train import RECIPE, load
from windows import Windows


def main() -> None:
    trained, graph, data = (Path(name) for name in sys.argv[1:4])
    nano, _ = load(trained)
    windows = Windows(data, RECIPE, ["val", "test"], 4)
    rows = windows.batch([3, 60, 110])
    random = torch.Generator().manual_seed(1)
    uniforms = torch.rand(3, 6, nano.max_tokens, generator=random)
    noise = torch.randn(3, 6, 64, 2, generator=random)
    tokens, logprobs, accel, curvature, words, likely = nano.answer(rows, uniforms, noise)
    actions = (torch.stack([accel, curvature], -1) - torch.tensor(ACTION_MEAN)) / torch.tensor(ACTION_STD)

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(graph, options, ["CPUExecutionProvider"])
    feeds = {name: rows[name].contiguous().numpy() for name in INPUTS} | {"uniforms": uniforms.numpy(), "noise": noise.numpy()}
    found = dict(zip([one.name for one in session.get_outputs()], session.run(None, feeds)))
    assert np.array_equal(found["tokens"], tokens.numpy()), "other words"
    assert np.array_equal(found["token_counts"], (tokens != 0).sum(-1).numpy()), "other counts"
    near("logprobs", found["logprobs"], logprobs.numpy(), 2e-4)
    near("actions", found["actions"], actions.numpy(), 2e-3)
    written = np.arange(nano.max_tokens) < found["token_counts"][..., None]
    near("log-probabilities of the most likely", found["top_logprobs"][written], likely.numpy()[written], 2e-4)
    assert np.array_equal(found["top_ids"][written][:, 0], words.numpy()[written][:, 0]), "another word is the most likely"
    alone = {name: (value[1:2, :1] if name in ("uniforms", "noise") else value[1:2]) for name, value in feeds.items()}
    first = dict(zip(found, session.run(None, alone)))
    assert np.array_equal(first["tokens"][0, 0], found["tokens"][1, 0]), "a sample depends on the others"
    near("actions of a sample alone", first["actions"][0, 0], found["actions"][1, 0], 2e-3)
    print(f"{found['tokens'].size} tokens are the same, logprobs and actions are near")


def near(name: str, found: np.ndarray, wanted: np.ndarray, most: float) -> None:
    off = float(np.abs(found - wanted).max())
    assert off <= most, f"{name}: {off} apart"
    print(f"{name}: at most {off:.1e} apart")


if __name__ == "__main__":
    main()
