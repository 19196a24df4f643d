"""What `nano` sees and remembers: two pictures and the history become places that can be looked at, and a summary."""

import torch
from torch import nn
from torch.nn import functional

SUMMARY = 192
PLACES = 96
FACT_WIDTH = 2


class Residual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.mix = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, x):
        return torch.relu(x + self.norm(self.mix(x)))


def down(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, 2, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())


class Encoder(nn.Module):
    """pictures f32 [B, 6, 104, 256] (0..255, older picture first), history f32 [B, 16] each, v0 f32 [B] ->
    places f32 [B, 112, PLACES] and summary f32 [B, SUMMARY]."""

    def __init__(self, height: int, width: int, pictures: int, history: int) -> None:
        super().__init__()
        self.look = nn.Sequential(
            # Patches of 4 x 4 pixels, each seen once.
            nn.Conv2d(3 * pictures, 32, 4, 4, bias=False),
            nn.BatchNorm2d(32),
            nn.ReLU(),
            down(32, 48),
            down(48, 80),
            Residual(80),
        )
        cells = -(-height // 16) * -(-width // 16)
        self.place = nn.Linear(80, PLACES)
        self.where = nn.Parameter(torch.randn(cells, PLACES) * 0.02)
        self.reduce = nn.Linear(80, 12)
        self.recall = nn.Sequential(nn.Linear(3 * history + 1, 64), nn.ReLU())
        self.sum_up = nn.Sequential(
            nn.Dropout(0.1), nn.Linear(12 * cells + 64, SUMMARY), nn.ReLU(), nn.Linear(SUMMARY, SUMMARY), nn.ReLU()
        )

    def forward(self, pictures, history_x, history_y, history_yaw, v0):
        seen = self.look(pictures * (1 / 64) - 2).flatten(2).transpose(1, 2)
        past = torch.cat([history_x * 0.1, history_y, history_yaw * 5, v0[:, None] * 0.1], 1)
        reduced = torch.relu(self.reduce(seen)).flatten(1)
        summary = self.sum_up(torch.cat([reduced, self.recall(past)], 1))
        return self.place(seen) + self.where, summary


class FactHeads(nn.Module):
    """What the generator knows of the scene, told from the summary. Only training has them."""

    def __init__(self, facts: int) -> None:
        super().__init__()
        self.tell = nn.Linear(SUMMARY, facts * FACT_WIDTH)

    def loss(self, summary, facts):
        """facts f32 [B, facts, 2]: is it there, how much."""
        told = self.tell(summary).unflatten(1, (-1, FACT_WIDTH))
        there, amount = facts[..., 0], facts[..., 1]
        is_there = functional.binary_cross_entropy_with_logits(told[..., 0], there)
        off = functional.smooth_l1_loss(told[..., 1], amount, beta=0.1, reduction="none")
        return is_there + (off * there).sum() / there.sum().clamp(min=1)
