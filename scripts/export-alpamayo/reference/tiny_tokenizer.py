"""A small tokenizer laid out like Qwen3-VL's: byte-level BPE, then the 26 special tokens of Qwen at the end."""

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

MERGED_VOCABULARY = 320
QWEN_SPECIAL_TOKENS = (
    "<|endoftext|> <|im_start|> <|im_end|> <|object_ref_start|> <|object_ref_end|> <|box_start|> <|box_end|> "
    "<|quad_start|> <|quad_end|> <|vision_start|> <|vision_end|> <|vision_pad|> <|image_pad|> <|video_pad|> <tool_call> "
    "</tool_call> <|fim_prefix|> <|fim_middle|> <|fim_suffix|> <|fim_pad|> <|repo_name|> <|file_sep|> <tool_response> "
    "</tool_response> <think> </think>"
).split()
# These are added as ordinary tokens in the real one: they survive a decoding that skips special tokens.
_NOT_SPECIAL = frozenset("<tool_call> </tool_call> <tool_response> </tool_response> <think> </think>".split()) | {
    f"<|{name}|>" for name in "fim_prefix fim_middle fim_suffix fim_pad repo_name file_sep".split()
}
_WORDS = Regex(
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_CORPUS = (
    "You are a driving assistant that generates safe and accurate actions.",
    "output the chain-of-thought reasoning of the driving process, then output the future trajectory.",
    "Slow down and keep a safe distance because the vehicle ahead is braking.",
    "Turn left onto the main road in 40m because the lane is clear.",
    "Keep the lane and accelerate, the traffic light ahead is green.",
    "Stop for the pedestrian who crosses at the intersection ahead.",
    "Nudge to the right around the parked truck, then return to the lane.",
)


def tiny_tokenizer() -> Tokenizer:
    """The base tokenizer, before the trajectory tokens: 320 byte-level entries and 26 special tokens."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(_WORDS, behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    trainer = trainers.BpeTrainer(
        vocab_size=MERGED_VOCABULARY,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_CORPUS, trainer)
    for token in QWEN_SPECIAL_TOKENS:
        special = token not in _NOT_SPECIAL
        added = AddedToken(token, normalized=False, special=special)
        (tokenizer.add_special_tokens if special else tokenizer.add_tokens)([added])
    return tokenizer
