"""The network of the student: `glance`, with a head that says which of the teacher's sentences fits, and a plan that hears it.

Inputs and outputs of the graph are those of `scripts/train-glance/model.py`. What is said is for training only: it tells
the eyes what to look for.
"""

import torch
from torch import nn

from model import KNOTS, Glance

LOOKED_AT = 32 * 4 * 10 + 48


class Student(Glance):
    def __init__(self, sentences: int) -> None:
        super().__init__()
        self.decide = nn.Sequential(nn.Dropout(0.3), nn.Linear(LOOKED_AT, 96), nn.ReLU())
        self.say = nn.Linear(96, sentences)
        self.plan = nn.Sequential(nn.Linear(96 + sentences, 96), nn.ReLU(), nn.Linear(96, 2 * KNOTS))
        nn.init.normal_(self.plan[-1].weight, std=0.01)
        nn.init.zeros_(self.plan[-1].bias)

    def forward(self, frames, history_x, history_y, history_yaw, v0):
        accel, curvature, _ = self.answer(frames, history_x, history_y, history_yaw, v0)
        return accel, curvature

    def answer(self, frames, history_x, history_y, history_yaw, v0):
        """Also the logits of the sentences [B, sentences]."""
        decided = self.decide(self.summary(frames, history_x, history_y, history_yaw, v0))
        said = self.say(decided)
        knots = self.plan(torch.cat([decided, said.softmax(1)], 1))
        return *self.actions(knots, v0), said
