"""The trace of `nano`: a recurrent decoder that looks at the places of the pictures before each word.

`forward` gives the logits of known sentences, for training. `step` draws one word from one uniform number, and is what
the loop of the exported graph runs: sampling follows docs/policy-bundles.md to the letter.
"""

import torch
from torch import nn

from encoder import PLACES, SUMMARY
from vocabulary import END, PAD

HIDDEN = 128
WORD = 48
HEADS = 4
WIDTH = PLACES // HEADS


class TraceDecoder(nn.Module):
    def __init__(self, words: int) -> None:
        super().__init__()
        self.embed = nn.Embedding(words, WORD)
        self.begin = nn.Linear(SUMMARY, HIDDEN)
        self.cell_in = nn.Linear(WORD + PLACES, 3 * HIDDEN)
        self.cell_hidden = nn.Linear(HIDDEN, 3 * HIDDEN)
        self.ask = nn.Linear(HIDDEN, PLACES)
        self.keys_and_values = nn.Linear(PLACES, 2 * PLACES)
        self.say = nn.Linear(HIDDEN + PLACES, words)
        self.drop = nn.Dropout(0.1)

    def prepare(self, places, summary):
        """keys and values f32 [B, HEADS, cells, WIDTH], and the first hidden state f32 [B, HIDDEN]."""
        keys, values = self.keys_and_values(places).chunk(2, -1)
        apart = lambda x: x.unflatten(-1, (HEADS, WIDTH)).transpose(1, 2)
        return apart(keys), apart(values), torch.tanh(self.begin(self.drop(summary)))

    def advance(self, word, hidden, keys, values):
        """One step of K samples: word i64 [B, K], hidden f32 [B, K, HIDDEN] -> logits f32 [B, K, words], hidden."""
        asked = self.ask(hidden).unflatten(-1, (HEADS, WIDTH)).transpose(1, 2)
        attention = torch.softmax(asked @ keys.transpose(2, 3) * WIDTH**-0.5, -1)
        seen = (attention @ values).transpose(1, 2).flatten(2)
        reset, update, new = self.cell_in(torch.cat([self.embed(word), seen], -1)).chunk(3, -1)
        reset_h, update_h, new_h = self.cell_hidden(hidden).chunk(3, -1)
        update = torch.sigmoid(update + update_h)
        candidate = torch.tanh(new + torch.sigmoid(reset + reset_h) * new_h)
        hidden = update * hidden + (1 - update) * candidate
        return self.say(self.drop(torch.cat([hidden, seen], -1))), hidden

    def forward(self, places, summary, sentences):
        """Logits f32 [B, M, words] of sentences i64 [B, M]."""
        keys, values, hidden = self.prepare(places, summary)
        hidden, logits = hidden[:, None], []
        before = torch.cat([torch.full_like(sentences[:, :1], PAD), sentences[:, :-1]], 1)
        for i in range(sentences.shape[1]):
            now, hidden = self.advance(before[:, i : i + 1], hidden, keys, values)
            logits.append(now)
        return torch.cat(logits, 1)


class TraceStep(nn.Module):
    """Draws the next word of K samples. A sample that has ended goes on with PAD."""

    def __init__(self, decoder: TraceDecoder, temperature: float, top_p: float, told: int) -> None:
        """`told`: how many of the most likely words are told of each place."""
        super().__init__()
        self.decoder, self.temperature, self.top_p, self.told = decoder, temperature, top_p, told
        # Nobody says the padding.
        self.register_buffer("banned", torch.zeros(decoder.embed.num_embeddings).index_fill(0, torch.tensor(PAD), -1e9))

    def forward(self, word, hidden, ended, uniform, keys, values):
        """word i64, ended i64 (0 or 1), uniform f32 [B, K]; hidden f32 [B, K, HIDDEN] -> word, hidden, ended, logprob, and the most
        likely words with their log-probabilities, i64 and f32 [B, K, told], which are nonsense once a sample has ended."""
        logits, hidden = self.decoder.advance(word, hidden, keys, values)
        logits = logits + self.banned
        drawn = draw(logits / self.temperature, uniform, self.top_p)
        logprobs = torch.log_softmax(logits, -1)
        logprob = logprobs.gather(-1, drawn[..., None])[..., 0]
        likely, words = torch.topk(logprobs, self.told)
        going = 1 - ended
        drawn = drawn * going + PAD * ended
        return drawn, hidden, torch.maximum(ended, (drawn == END).to(torch.int64)), logprob * going, words, likely


def draw(scores, uniform, top_p: float):
    """Nucleus sampling by one uniform number per row: i64 [B, K] from scores f32 [B, K, words]."""
    # TopK of ONNX puts the lower id first where two are equal.
    probability, ids = torch.topk(torch.softmax(scores, -1), scores.shape[-1])
    upto = torch.cumsum(probability, -1)
    kept = (upto - probability < top_p).to(probability.dtype)
    target = uniform * (probability * kept).sum(-1)
    # Kept words come first, so those whose sum does not exceed the target are counted; the last kept one at most.
    place = (kept * (upto <= target[..., None]).to(probability.dtype)).sum(-1)
    place = torch.minimum(place, kept.sum(-1) - 1).to(torch.int64)
    return ids.gather(-1, place[..., None])[..., 0]
