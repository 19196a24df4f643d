"""The plan of `nano`: flow matching over the first cosines of acceleration and curvature, conditioned on the summary of
what was seen and on the trace.

Actions of 64 steps are smooth: 16 cosines of the acceleration and 10 of the curvature hold them. The noise of 64 steps
becomes standard normal in them, because the cosines are orthonormal.
"""

import math

import torch
from torch import nn

from encoder import SUMMARY
from vocabulary import END, PAD

STEPS = 64
STEP_S = 0.1
ACCEL_WAVES = 16
CURVATURE_WAVES = 10
WAVES = ACCEL_WAVES + CURVATURE_WAVES
TRACE = 96
WIDTH = 256
TIMES = 16


def cosines(count: int) -> torch.Tensor:
    """f32 [count, STEPS], orthonormal rows (DCT-II)."""
    steps = (torch.arange(STEPS, dtype=torch.float64) + 0.5) * math.pi / STEPS
    rows = torch.cos(torch.arange(count, dtype=torch.float64)[:, None] * steps) * math.sqrt(2 / STEPS)
    rows[0] /= math.sqrt(2)
    return rows.to(torch.float32)


class Waves(nn.Module):
    """Actions f32 [..., 64, 2] <-> standardised amplitudes f32 [..., WAVES]."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("accel", cosines(ACCEL_WAVES))
        self.register_buffer("curvature", cosines(CURVATURE_WAVES))
        self.register_buffer("mean", torch.zeros(WAVES))
        self.register_buffer("std", torch.ones(WAVES))
        self.register_buffer("ahead", torch.ones(STEPS, STEPS).triu())

    def amplitudes(self, actions):
        return torch.cat([actions[..., 0] @ self.accel.T, actions[..., 1] @ self.curvature.T], -1)

    def standardise(self, actions):
        return (self.amplitudes(actions) - self.mean) / self.std

    def actions(self, standardised, v0):
        """accel f32 [..., 64], m/s^2, and curvature f32 [..., 64], 1/m. Nobody drives backwards: wished speeds are cut
        at zero, and the accelerations follow from them."""
        amplitudes = standardised * self.std + self.mean
        wished = amplitudes[..., :ACCEL_WAVES] @ self.accel
        curvature = amplitudes[..., ACCEL_WAVES:] @ self.curvature
        speed = torch.relu(v0[..., None] + wished @ self.ahead * STEP_S)
        before = torch.cat([torch.relu(v0[..., None]).expand_as(speed[..., :1]), speed[..., :-1]], -1)
        return (speed - before) * (1 / STEP_S), curvature


class Planner(nn.Module):
    def __init__(self, words: int, max_tokens: int) -> None:
        super().__init__()
        self.waves = Waves()
        self.words = nn.Embedding(words, 16, padding_idx=PAD)
        self.read = nn.Linear(16 * max_tokens, TRACE)
        self.condition = nn.Sequential(nn.Linear(SUMMARY + TRACE + 1, WIDTH), nn.ReLU())
        self.enter = nn.Linear(WAVES, WIDTH)
        self.enter_time = nn.Linear(TIMES, WIDTH, bias=False)
        self.enter_condition = nn.Linear(WIDTH, WIDTH, bias=False)
        self.think = nn.ModuleList([nn.Linear(WIDTH, WIDTH) for _ in range(2)])
        self.leave = nn.Linear(WIDTH, WAVES)
        # One weight per amplitude in the loss: what it moves, see train.py.
        self.register_buffer("weight", torch.ones(WAVES))
        self.register_buffer("beats", torch.arange(1, TIMES // 2 + 1) * (math.pi / 2))

    def conditions(self, summary, tokens, v0):
        """f32 [..., WIDTH] from summary f32 [..., SUMMARY], tokens i64 [..., M] and v0 f32 [...]. Words alone count: the
        end and the padding are one and the same, so that no trace at all is a text of padding."""
        # The embedding of PAD is zero.
        said = self.words(torch.where(tokens == END, PAD, tokens)).flatten(-2)
        trace = torch.relu(self.read(said))
        return self.condition(torch.cat([summary, trace, v0[..., None] * 0.1], -1))

    def velocity(self, amplitudes, time, entering):
        """f32 [..., WAVES]; time f32 [..., 1] in 0..1; entering f32 [..., WIDTH]: what `enter_condition` makes of the
        condition, the same at all times."""
        beats = time * self.beats
        x = torch.relu(
            self.enter(amplitudes) + self.enter_time(torch.cat([torch.sin(beats), torch.cos(beats)], -1)) + entering
        )
        for layer in self.think:
            x = x + torch.relu(layer(x))
        return self.leave(x)

    def loss(self, condition, actions, draws: int):
        """Conditional flow matching with straight paths, `draws` times and noises per window."""
        target = self.waves.standardise(actions).expand(draws, -1, -1)
        noise, time = torch.randn_like(target), torch.rand(draws, target.shape[1], 1)
        entering = self.enter_condition(condition).expand(draws, -1, -1)
        error = self.velocity(noise + time * (target - noise), time, entering) - (target - noise)
        return (error**2 * self.weight).mean()

    def plan(self, condition, noise, v0, steps: int):
        """accel and curvature f32 [..., 64] from noise f32 [..., 64, 2], by Euler steps of 1/steps."""
        x = self.waves.amplitudes(noise)
        entering = self.enter_condition(condition)
        for i in range(steps):
            x = x + self.velocity(x, torch.tensor([i / steps]), entering) * (1 / steps)
        return self.waves.actions(x, v0)


def integrate(accel, curvature, v0):
    """Positions f32 [..., 64, 2] in the ego frame, m, as integrateUnicycle in packages/geometry."""
    after = v0[..., None] + torch.cumsum(accel, -1) * STEP_S
    before = after - accel * STEP_S
    yaw = torch.cumsum(curvature * (STEP_S * before + STEP_S**2 / 2 * accel), -1)
    yaw_before = torch.cat([torch.zeros_like(yaw[..., :1]), yaw[..., :-1]], -1)
    x = torch.cumsum(STEP_S / 2 * (before * torch.cos(yaw_before) + after * torch.cos(yaw)), -1)
    y = torch.cumsum(STEP_S / 2 * (before * torch.sin(yaw_before) + after * torch.sin(yaw)), -1)
    return torch.stack([x, y], -1)
