"""The network of `glance`: two small pictures, the history, and a path that starts from them.

Inputs are those of the bundle: frames u8 [B, 2, 3, 64, 160], history x, y, yaw f32 [B, 16] (ego frame at t0, 10 Hz,
last = t0), v0 f32 [B]. Outputs are accelerations and curvatures f32 [B, 64], in m/s^2 and 1/m. The pipeline integrates
them with the unicycle model of `packages/geometry`; `integrate` is the same model for the loss.
"""

import torch
from torch import nn

STEPS = 64
STEP_S = 0.1
KNOTS = 13
MAX_ACCEL = 4.0
MAX_CURVATURE = 0.08


def knot_weights() -> torch.Tensor:
    """[KNOTS, STEPS]: linear interpolation from knots that are dense at the start to every step."""
    places = torch.linspace(0, 1, KNOTS) ** 1.4 * (STEPS - 1)
    steps = torch.arange(STEPS, dtype=torch.float32)
    weights = torch.zeros(KNOTS, STEPS)
    for k in range(KNOTS):
        if k > 0:
            rising = (steps - places[k - 1]) / (places[k] - places[k - 1])
            weights[k] = torch.where((steps >= places[k - 1]) & (steps <= places[k]), rising, weights[k])
        if k + 1 < KNOTS:
            falling = (places[k + 1] - steps) / (places[k + 1] - places[k])
            weights[k] = torch.where((steps > places[k]) & (steps < places[k + 1]), falling, weights[k])
    weights[0, 0] = 1
    return weights


class Glance(nn.Module):
    def __init__(self) -> None:
        super().__init__()

        def block(inputs: int, outputs: int, stride: int) -> nn.Sequential:
            return nn.Sequential(
                nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()
            )

        self.look = nn.Sequential(
            block(6, 16, 2),  # 32 x 80
            block(16, 24, 2),  # 16 x 40
            block(24, 32, 2),  # 8 x 20
            block(32, 32, 1),
            block(32, 32, 2),  # 4 x 10
        )
        self.recall = nn.Sequential(nn.Linear(16 * 3 + 1, 48), nn.ReLU())
        self.decide = nn.Sequential(
            nn.Dropout(0.15),
            nn.Linear(32 * 4 * 10 + 48, 96),
            nn.ReLU(),
            nn.Linear(96, 96),
            nn.ReLU(),
            nn.Linear(96, 2 * KNOTS),
        )
        # Starts as: keep your speed, drive straight on.
        nn.init.normal_(self.decide[-1].weight, std=0.01)
        nn.init.zeros_(self.decide[-1].bias)
        self.register_buffer("weights", knot_weights())

    def forward(self, frames, history_x, history_y, history_yaw, v0):
        return self.actions(self.decide(self.summary(frames, history_x, history_y, history_yaw, v0)), v0)

    def summary(self, frames, history_x, history_y, history_yaw, v0):
        """What was seen, then what is remembered: [B, 1328]."""
        pictures = frames.to(torch.float32).flatten(1, 2) * (1 / 64) - 2
        seen = self.look(pictures).flatten(1)
        past = torch.cat([history_x * 0.1, history_y, history_yaw * 5, v0[:, None] * 0.1], 1)
        return torch.cat([seen, self.recall(past)], 1)

    def actions(self, knots, v0):
        """Accelerations and curvatures at every step, of what was decided at the knots."""
        v0 = v0[:, None]
        accel = torch.tanh(knots[:, :KNOTS]) * MAX_ACCEL @ self.weights
        curvature = torch.tanh(knots[:, KNOTS:]) * MAX_CURVATURE @ self.weights
        # Nobody drives backwards: the wished speeds are cut at zero, and the accelerations follow from them.
        ahead = torch.tril(torch.ones(STEPS, STEPS, device=v0.device)).T
        speed = torch.relu(v0 + accel @ ahead * STEP_S)
        before = torch.cat([torch.relu(v0), speed[:, :-1]], 1)
        return (speed - before) * (1 / STEP_S), curvature


def integrate(accel, curvature, v0):
    """Positions [B, 64, 2] and yaw [B, 64] in the ego frame, as integrateUnicycle in packages/geometry."""
    after = v0[:, None] + torch.cumsum(accel, 1) * STEP_S
    before = after - accel * STEP_S
    yaw = torch.cumsum(curvature * (STEP_S * before + STEP_S**2 / 2 * accel), 1)
    yaw_before = torch.cat([torch.zeros_like(yaw[:, :1]), yaw[:, :-1]], 1)
    x = torch.cumsum(STEP_S / 2 * (before * torch.cos(yaw_before) + after * torch.cos(yaw)), 1)
    y = torch.cumsum(STEP_S / 2 * (before * torch.sin(yaw_before) + after * torch.sin(yaw)), 1)
    return torch.stack([x, y], -1), yaw
