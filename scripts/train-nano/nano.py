"""The whole of `nano`: encoder, trace, plan, and the heads that only training has."""

import torch
from torch import nn

from encoder import Encoder, FactHeads
from plan import Planner
from trace import TraceDecoder, TraceStep
from vocabulary import PAD, Vocabulary

INPUTS = ["frames", "history_x", "history_y", "history_yaw", "v0"]


class Nano(nn.Module):
    def __init__(self, recipe: dict, vocabulary: Vocabulary, facts: int) -> None:
        super().__init__()
        crop, words = recipe["crop"], len(vocabulary)
        self.recipe, self.max_tokens = recipe, vocabulary.max_tokens
        self.encoder = Encoder(crop["height"], crop["width"], len(recipe["frameOffsetsS"]), recipe["historySteps"])
        self.decoder = TraceDecoder(words)
        self.planner = Planner(words, vocabulary.max_tokens)
        self.facts = FactHeads(facts)

    def see(self, frames, history_x, history_y, history_yaw, v0):
        """frames u8 [B, N, 3, H, W] -> places, summary."""
        return self.encoder(frames.flatten(1, 2).to(torch.float32), history_x, history_y, history_yaw, v0)

    @torch.no_grad()
    def answer(self, rows: dict, uniforms, noise, hear: bool = True):
        """What the exported graph answers: tokens i64 [B, K, M], log-probabilities f32 [B, K, M], accel and curvature f32
        [B, K, 64], and the most likely words i64 and f32 [B, K, M, told], undefined after the end. Without `hear` the plan is made as if no trace had been written."""
        decode, samples = self.recipe["decode"], uniforms.shape[1]
        places, summary = self.see(*(rows[name] for name in INPUTS))
        step = TraceStep(self.decoder, decode["temperature"], decode["topP"], self.recipe["topTokens"])
        keys, values, hidden = self.decoder.prepare(places, summary)
        hidden = hidden[:, None].expand(-1, samples, -1)
        word = torch.full(uniforms.shape[:2], PAD)
        ended, tokens, logprobs, words, likely = torch.zeros_like(word), [], [], [], []
        for i in range(self.max_tokens):
            word, hidden, ended, logprob, *top = step(word, hidden, ended, uniforms[..., i], keys, values)
            tokens.append(word)
            logprobs.append(logprob)
            words.append(top[0])
            likely.append(top[1])
        tokens = torch.stack(tokens, -1)
        heard = tokens if hear else torch.full_like(tokens, PAD)
        accel, curvature = self.finish(summary, heard, rows["v0"], noise)
        return tokens, torch.stack(logprobs, -1), accel, curvature, torch.stack(words, 2), torch.stack(likely, 2)

    def finish(self, summary, tokens, v0, noise):
        samples = tokens.shape[1]
        v0 = v0[:, None].expand(-1, samples)
        condition = self.planner.conditions(summary[:, None].expand(-1, samples, -1), tokens, v0)
        return self.planner.plan(condition, noise, v0, self.recipe["flowSteps"])
