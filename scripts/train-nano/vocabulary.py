"""The words of `nano`: every word that the sentences to train on have, and two ids that are none."""

import json
from pathlib import Path

import numpy as np

PAD = 0
END = 1
# Special in the tokenizer, so that no text can spell them.
SPECIAL = ["<pad>", "<end>"]


class Vocabulary:
    def __init__(self, sentences: list[str]) -> None:
        words = sorted({word for sentence in sentences for word in sentence.split(" ")})
        # The longest sentence and its end.
        self.hold(SPECIAL + words, 1 + max(len(sentence.split(" ")) for sentence in sentences))

    @classmethod
    def of_words(cls, words: list[str], max_tokens: int) -> "Vocabulary":
        """The vocabulary that had these words."""
        one = cls.__new__(cls)
        one.hold(words, max_tokens)
        return one

    def hold(self, words: list[str], max_tokens: int) -> None:
        self.words, self.max_tokens = words, max_tokens
        self.ids = {word: i for i, word in enumerate(words)}

    def __len__(self) -> int:
        return len(self.words)

    def encode(self, sentences: list[str]) -> np.ndarray:
        """int64 [sentences, max_tokens]: words, END, PAD."""
        ids = np.full((len(sentences), self.max_tokens), PAD, np.int64)
        for row, sentence in zip(ids, sentences):
            words = sentence.split(" ")
            row[: len(words)] = [self.ids[word] for word in words]
            row[len(words)] = END
        return ids

    def decode(self, ids) -> str:
        """The words before the end."""
        words = []
        for i in ids:
            if i in (END, PAD):
                break
            words.append(self.words[int(i)])
        return " ".join(words)

    def write_tokenizer(self, file: Path) -> None:
        """tokenizer.json of Hugging Face `tokenizers`: one id per word, words joined by blanks."""
        special = [
            {"id": i, "content": word, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
            for i, word in enumerate(SPECIAL)
        ]
        tokenizer = {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": special,
            "normalizer": None,
            "pre_tokenizer": {"type": "WhitespaceSplit"},
            "post_processor": None,
            "decoder": None,
            "model": {"type": "WordLevel", "vocab": self.ids, "unk_token": "<pad>"},
        }
        file.write_text(json.dumps(tokenizer, indent=1) + "\n")
