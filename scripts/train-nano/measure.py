"""What a trained `nano` is worth on windows, in PyTorch: distances, sentences and causes."""

from dataclasses import dataclass

import numpy as np
import torch

from nano import INPUTS, Nano
from plan import integrate
from vocabulary import Vocabulary
from windows import Windows

CLEAR = "the road ahead is clear"
SAMPLES = 6


@dataclass
class Measured:
    """Of n windows: distances f64 [n, K], m, mean over the horizon; said and true sentences."""

    distances: np.ndarray
    said: list[list[str]]
    true: list[str]

    def first_ade(self) -> np.ndarray:
        return self.distances[:, 0]

    def min_ade(self) -> np.ndarray:
        return self.distances.min(1)

    def right(self, part: slice = slice(None)) -> np.ndarray:
        """bool [n]: the first sample's sentence is the label's; `part` picks the decision or the cause."""
        cut = lambda sentence: sentence.split(" because ")[part]
        return np.array([cut(said[0]) == cut(true) for said, true in zip(self.said, self.true)])

    def eventful(self) -> np.ndarray:
        """bool [n]: the generator knows a cause, other than that there is none."""
        return np.array([not sentence.endswith(CLEAR) for sentence in self.true])

    def brief(self) -> dict[str, float]:
        cause, event = self.right(slice(1, None)), self.eventful()
        found = {
            "ade first": self.first_ade().mean(),
            "min ade 6": self.min_ade().mean(),
            "sentence": self.right().mean(),
            "cause": cause.mean(),
            "cause, where there is one": cause[event].mean() if event.any() else np.nan,
            "cause, where there is none": cause[~event].mean() if (~event).any() else np.nan,
            "different sentences of 6": np.mean([len(set(said)) for said in self.said]),
        }
        return {name: round(float(value), 4) for name, value in found.items()}


@torch.no_grad()
def measure(
    model: Nano,
    vocabulary: Vocabulary,
    windows: Windows,
    items: list[int],
    cover: bool = False,
    hear: bool = True,
    samples: int = SAMPLES,
) -> Measured:
    """Answers to windows with numbers drawn from a seed of its own."""
    random = torch.Generator().manual_seed(0)
    distances, said = [], []
    for i in range(0, len(items), 128):
        rows = windows.batch(items[i : i + 128])
        if cover:
            rows["frames"] = torch.full_like(rows["frames"], 128)
        count = len(rows["v0"])
        uniforms = torch.rand(count, samples, model.max_tokens, generator=random)
        noise = torch.randn(count, samples, model.recipe["horizonSteps"], 2, generator=random)
        tokens, _, accel, curvature, *_ = model.answer(rows, uniforms, noise, hear)
        path = integrate(accel, curvature, rows["v0"][:, None].expand(-1, samples))
        distances.append((path - rows["future"][:, None]).norm(dim=-1).mean(-1).numpy().astype(np.float64))
        said += [[vocabulary.decode(ids) for ids in of_window] for of_window in tokens.tolist()]
    return Measured(np.concatenate(distances), said, [windows.sentence(item) for item in items])
