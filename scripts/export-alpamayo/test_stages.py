"""The loop in the graph draws what stepping from outside draws."""

from dataclasses import replace

import numpy as np
import onnxruntime as ort
import pytest

from bench_model import BYTE_TOKENS, DECODE, BenchModel, RandomTensors, bench_config, byte_tokenizer
from graph.attention import STEADY_TERMS
from graph.policy import BuiltGraph, PolicyShape
from graph.sampling import DecodeSettings
from graph.stages import build_decode, build_prefill, build_step
from graph.vision import FrameSize
from running import session_of
from test_sampling import plainly

#: More than are summed in one go.
TOKENS = 140
PROMPT, IMAGES, WINDOWS, SAMPLES = 150, 2, 2, 2
TEXT = replace(DECODE.text, layers=2, hidden=64, inner=96, head_dim=32, mrope_section=(6, 5, 5))
MODEL: BenchModel = replace(DECODE, frame=FrameSize(32, 64), text=TEXT)


@pytest.fixture(scope="module")
def setting() -> tuple[dict[str, ort.InferenceSession], DecodeSettings, int]:
    tokenizer = byte_tokenizer(BYTE_TOKENS, 1000)
    config = bench_config(MODEL, tokenizer)
    source, vocabulary = RandomTensors(config), config.vocabulary
    settings = DecodeSettings(TOKENS, 0.6, 0.98, vocabulary.end_id, 256, vocabulary.bins_first, vocabulary.bins)
    shape = PolicyShape(IMAGES, MODEL.frame, PROMPT, chunk=64)

    def open_stage(built: BuiltGraph) -> ort.InferenceSession:
        return session_of(built.graph, built.weights, source)

    stages = {"prefill": build_prefill, "step": build_step, "decode": build_decode}
    sessions = {name: open_stage(build(config, shape, settings)) for name, build in stages.items()}
    return sessions, settings, vocabulary.image_id


def named(session: ort.InferenceSession, feeds: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, feeds), strict=True))


def past_of(outputs: dict[str, np.ndarray], row: slice = slice(None)) -> dict[str, np.ndarray]:
    return {
        name.replace("present", "past"): value[row] for name, value in outputs.items() if name.startswith("present")
    }


def test_the_loop_in_the_graph_draws_the_tokens_that_stepping_from_outside_draws(
    setting: tuple[dict[str, ort.InferenceSession], DecodeSettings, int],
) -> None:
    sessions, settings, image_id = setting
    random = np.random.default_rng(2)
    per_image = (32 // 16) * (64 // 16)
    ids = random.integers(0, 256, (WINDOWS, PROMPT))
    ids[:, 3 : 3 + IMAGES * per_image] = image_id
    frames = random.integers(0, 256, (WINDOWS, IMAGES, 3, 32, 64), np.uint8)
    uniforms = random.random((WINDOWS, SAMPLES, TOKENS), np.float32)

    prompt = named(sessions["prefill"], {"frames": frames, "prompt_ids": ids})
    kept = {name: prompt[name] for name in ("last_hidden", "next_position")}
    loop = named(sessions["decode"], {**kept, "uniforms": uniforms, **past_of(prompt)})

    assert loop["token_counts"].max() > STEADY_TERMS
    for window in range(WINDOWS):
        for sample in range(SAMPLES):
            past, logits = past_of(prompt, slice(window, window + 1)), prompt["logits"][window]
            drawn: list[int] = []
            while len(drawn) < TOKENS and settings.end_id not in drawn:
                drawn.append(plainly(logits, float(uniforms[window, sample, len(drawn)]), settings))
                at = prompt["next_position"][window : window + 1] + len(drawn) - 1
                stepped = named(sessions["step"], {"input_ids": np.array([[drawn[-1]]]), "position": at, **past})
                past, logits = past_of(stepped), stepped["logits"][0]
            count = int(loop["token_counts"][window, sample])
            assert loop["tokens"][window, sample, :count].tolist() == drawn
