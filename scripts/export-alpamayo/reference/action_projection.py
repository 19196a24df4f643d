"""`action_in_proj` of the expert: noisy actions and the time of the flow, as one embedding for each waypoint.

Facts: NVlabs/alpamayo `models/action_in_proj.py` (PerWaypointActionInProjV2, FourierEncoderV2, MLPEncoder), written
here with the same parameter names, so that the checkpoint loads by name.
"""

import math
from typing import Any

import torch
from torch import nn

from reference.make_tiny_checkpoint import fourier_frequencies

TRUNK_EPS = 1e-5


class TrunkNorm(nn.Module):
    """Root-mean-square norm with a weight."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.weight * x * torch.rsqrt(x.square().mean(-1, keepdim=True) + TRUNK_EPS)


class FourierFeatures(nn.Module):
    """[...] -> [..., n]: the root of two times the sine, then the cosine, of 2 pi f x for n/2 frequencies."""

    freqs: torch.Tensor

    def __init__(self, projection: dict[str, Any], bfloat16: bool) -> None:
        super().__init__()
        freqs = fourier_frequencies(projection)
        # The released model keeps this buffer in bfloat16 and was trained so.
        self.register_buffer("freqs", freqs.to(torch.bfloat16).float() if bfloat16 else freqs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        angles = x[..., None] * self.freqs * 2 * torch.pi
        return math.sqrt(2) * torch.cat([angles.sin(), angles.cos()], dim=-1)


class ActionInProjection(nn.Module):
    """x [K,T,2] and t (a number) -> [K,T,hidden of the expert]."""

    def __init__(self, projection: dict[str, Any], out: int, bfloat16: bool) -> None:
        super().__init__()
        hidden, layers = projection["hidden_size"], projection["num_enc_layers"]
        self.sinus = nn.ModuleList([FourierFeatures(projection, bfloat16) for _ in range(2)])
        self.timestep_fourier_encoder = FourierFeatures(projection, bfloat16)
        trunk: list[nn.Module] = [nn.Linear(3 * projection["num_fourier_feats"], hidden), nn.SiLU()]
        for _ in range(layers - 1):
            trunk += [TrunkNorm(hidden), nn.Linear(hidden, hidden), nn.SiLU()]
        trunk += [TrunkNorm(hidden), nn.Linear(hidden, out)]
        self.encoder = nn.ModuleDict({"trunk": nn.Sequential(*trunk)})
        self.norm = nn.LayerNorm(out)

    def forward(self, x: torch.Tensor, t: float) -> torch.Tensor:
        time = self.timestep_fourier_encoder(torch.full(x.shape[:-1], t))
        features = [encode(x[..., i]) for i, encode in enumerate(self.sinus)]
        return self.norm(self.encoder["trunk"](torch.cat([*features, time], dim=-1)))
