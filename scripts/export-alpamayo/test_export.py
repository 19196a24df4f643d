"""The command: bundles of a tiny checkpoint, the structure of the full-size one, and mistakes without a traceback."""

import hashlib
import json
import shutil
from collections import namedtuple
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from tokenizers import Tokenizer

import bundle
from export import main
from golden import prompt_ids
from manifest import NVIDIA_NON_COMMERCIAL
from prompt import encode
from reference.configs import real_config
from tiny_checkpoint import write_tiny_checkpoint

TOKENS = 12
BF16 = onnx.TensorProto.BFLOAT16
SMALL = f"--frames-size 32x64 --max-tokens {TOKENS} --samples 1,6 --licence Apache-2.0".split()


def export(checkpoint: Path, out: Path, *more: str) -> Path:
    assert main([str(checkpoint), "--out", str(out), *SMALL, *more]) == 0
    return out


@pytest.fixture(scope="module")
def navigator(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of a tiny 1.5."""
    folder = tmp_path_factory.mktemp("navigator")
    return export(write_tiny_checkpoint(folder / "tiny", "1.5"), folder / "bundle", "--precision", "fp32")


def manifest(folder: Path) -> dict:
    return json.loads((folder / "policy.json").read_text())


def open_graph(folder: Path, threads: int = 1) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    return ort.InferenceSession(str(folder / "policy.onnx"), options, providers=["CPUExecutionProvider"])


def feeds(folder: Path, windows: int, samples: int) -> dict[str, np.ndarray]:
    """Random inputs; window 1 has a navigation text."""
    prompt, random = manifest(folder)["reasoning"]["prompt"], np.random.default_rng(8)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer" / "tokenizer.json"))
    history = np.linspace([-12.0, 0, 0], [0, 0, 0], 16)
    texts = ["Turn left" if window == 1 else None for window in range(windows)]
    ids = [prompt_ids(prompt["segments"], prompt["padId"], tokenizer, history, text) for text in texts]
    return {
        "frames": random.integers(0, 256, (windows, 16, 3, 32, 64), np.uint8),
        "prompt_ids": np.stack(ids),
        "uniforms": random.random((windows, samples, TOKENS), np.float32),
        "noise": random.standard_normal((windows, samples, 64, 2), np.float32),
    }


def part(whole: dict[str, np.ndarray], window: int, samples: int) -> dict[str, np.ndarray]:
    """One window of a batch, with its first samples."""
    one = {name: value[window : window + 1] for name, value in whole.items()}
    return one | {name: one[name][:, :samples] for name in ("uniforms", "noise")}


def test_policy_json_lists_every_file_with_its_hash(navigator: Path) -> None:
    listed = {one["path"]: one for one in manifest(navigator)["files"]}
    there = {str(file.relative_to(navigator)) for file in navigator.rglob("*") if file.is_file()}
    assert there == listed.keys() | {"policy.json"}
    for path, one in listed.items():
        content = (navigator / path).read_bytes()
        assert (one["bytes"], one["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())


def test_the_prompt_of_15_names_cameras_and_frames_and_keeps_slots_for_navigation(navigator: Path) -> None:
    prompt = manifest(navigator)["reasoning"]["prompt"]
    texts = [one["text"] for one in prompt["segments"] if one["kind"] == "text"]
    assert texts[0].endswith("<|im_start|>user\nFront left camera: frame 0 <|vision_start|>")
    assert texts[1] == "<|vision_end|>frame 1 <|vision_start|>"
    assert texts[12] == "<|vision_end|>Front telephoto camera: frame 0 <|vision_start|>"
    kinds = [one["kind"] for one in prompt["segments"]]
    assert kinds[-5:] == ["text", "history", "text", "navigation", "text"]
    assert kinds.count("image") == 16
    tokenizer = Tokenizer.from_file(str(navigator / "tokenizer" / "tokenizer.json"))
    text_ids = sum(len(encode(tokenizer, text)) for text in texts)
    assert prompt["length"] == text_ids + 16 * 2 + 48 + 32


def test_the_prompt_of_r1_has_neither(tmp_path: Path) -> None:
    folder = export(write_tiny_checkpoint(tmp_path / "tiny", "r1"), tmp_path / "bundle", "--precision", "fp32")
    segments = manifest(folder)["reasoning"]["prompt"]["segments"]
    assert not any(one["kind"] == "navigation" for one in segments)
    assert segments[2] == {"kind": "text", "text": "<|vision_end|><|vision_start|>"}
    said = "output the chain-of-thought reasoning of the driving process, then output the future trajectory."
    assert segments[-1]["text"] == f"<|traj_history_end|>{said}<|im_end|>\n<|im_start|>assistant\n<|cot_start|>"


def test_a_sample_is_the_same_bits_alone_in_a_batch_among_others_and_with_more_threads(navigator: Path) -> None:
    whole = feeds(navigator, windows=3, samples=6)
    expected = open_graph(navigator).run(None, whole)
    counts = expected[3]
    assert len(set(counts.ravel().tolist())) > 1, "samples end at different lengths"
    for threads in (1, 4):
        session = open_graph(navigator, threads)
        for window, samples in ((0, 1), (1, 1), (2, 2), (1, 6)):
            for alone, among in zip(session.run(None, part(whole, window, samples)), expected, strict=True):
                np.testing.assert_array_equal(alone[0], among[window, :samples])


def test_a_text_ends_at_the_end_token_or_at_the_limit(navigator: Path) -> None:
    reasoning = manifest(navigator)["reasoning"]
    _, tokens, logprobs, counts = open_graph(navigator).run(None, feeds(navigator, windows=3, samples=6))
    rows = tokens.reshape(-1, TOKENS), logprobs.reshape(-1, TOKENS), counts.ravel()
    for text, logprob, count in zip(*rows, strict=True):
        ends = np.flatnonzero(text == reasoning["decode"]["endId"])
        assert count == (ends[0] + 1 if len(ends) else TOKENS)
        assert (text[count:] == reasoning["prompt"]["padId"]).all()
        assert (logprob[:count] <= 0).all() and np.isfinite(logprob).all()


def test_the_most_likely_tokens_are_told_on_demand_and_change_nothing_else(navigator: Path, tmp_path: Path) -> None:
    telling = export(navigator.parent / "tiny", tmp_path / "bundle", "--precision", "fp32", "--top-k", "5")
    assert manifest(telling)["reasoning"]["outputs"]["top"] == {"k": 5, "ids": "top_ids", "logprobs": "top_logprobs"}
    assert "top" not in manifest(navigator)["reasoning"]["outputs"]
    given = feeds(navigator, windows=3, samples=6)
    *plain, ids, logprobs = open_graph(telling).run(None, given)
    for told, untold in zip(plain, open_graph(navigator).run(None, given), strict=True):
        np.testing.assert_array_equal(told, untold)

    _, tokens, drawn, counts = plain
    written = np.arange(TOKENS) < counts[..., None]
    ids, logprobs, tokens, drawn = ids[written], logprobs[written], tokens[written], drawn[written]
    assert ids.shape == (counts.sum(), 5)
    assert (np.diff(logprobs, axis=1) <= 0).all() and (logprobs <= 0).all()
    assert all(len(set(row)) == 5 for row in ids.tolist())
    among = ids == tokens[:, None]
    np.testing.assert_array_equal(logprobs[among], np.repeat(drawn, among.sum(axis=1)))
    assert 0 < among[:, 0].sum() < len(tokens), "the likeliest is drawn, and others are"
    assert (drawn[~among.any(axis=1)] <= logprobs[~among.any(axis=1), -1]).all()


def test_more_most_likely_tokens_than_can_be_drawn_are_refused(
    navigator: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [str(navigator.parent / "tiny"), "--out", str(tmp_path / "bundle"), *SMALL, "--top-k", "1000000"]
    assert main(arguments) == 2
    assert "--top-k 1000000: only" in capsys.readouterr().err


def test_what_stands_in_pad_slots_cannot_be_seen(navigator: Path) -> None:
    """Wherever the pads of a prompt stand, the text is the same, and the path but for rounding."""
    one = feeds(navigator, windows=2, samples=2)
    prompt = manifest(navigator)["reasoning"]["prompt"]
    ids = one["prompt_ids"][1]
    used = ids != prompt["padId"]
    moved = {**part(one, 1, 2), "prompt_ids": np.concatenate([ids[~used], ids[used]])[None]}
    session = open_graph(navigator)
    first, second = session.run(None, part(one, 1, 2)), session.run(None, moved)
    np.testing.assert_array_equal(first[1], second[1])
    np.testing.assert_allclose(first[0], second[0], atol=1e-4)
    without = session.run(None, {**part(one, 1, 2), "prompt_ids": one["prompt_ids"][:1]})
    assert np.abs(without[0] - first[0]).max() > 1e-2, "navigation is seen"


def test_fp16_says_nearly_the_same(tmp_path: Path, navigator: Path) -> None:
    folder = export(write_tiny_checkpoint(tmp_path / "tiny", "1.5"), tmp_path / "bundle", "--precision", "fp16")
    whole = part(feeds(navigator, windows=1, samples=1), 0, 1)
    wide, narrow = open_graph(navigator).run(None, whole), open_graph(folder).run(None, whole)
    assert wide[1][0, 0, 0] == narrow[1][0, 0, 0]
    np.testing.assert_allclose(wide[2][0, 0, 0], narrow[2][0, 0, 0], atol=2e-2)
    assert not manifest(folder)["batch"]["rowsIndependent"]


def widened(folder: Path) -> bytes:
    """The graph of a bfloat16 bundle with every bfloat16 made float32: the same weights, no rounding in between."""
    model = onnx.load(folder / "policy.onnx")
    pending = [model.graph]
    while pending:
        graph = pending.pop()
        wide = [onnx.numpy_helper.from_array(onnx.numpy_helper.to_array(one).astype(np.float32), one.name)
                if one.data_type == BF16 else one for one in graph.initializer]  # fmt: skip
        del graph.initializer[:]
        graph.initializer.extend(wide)
        for value in [*graph.input, *graph.output]:
            if value.type.tensor_type.elem_type == BF16:
                value.type.tensor_type.elem_type = onnx.TensorProto.FLOAT
        for attribute in (attribute for node in graph.node for attribute in node.attribute):
            if attribute.name == "to" and attribute.i == BF16:
                attribute.i = onnx.TensorProto.FLOAT
            if attribute.type == onnx.AttributeProto.GRAPH:
                pending.append(attribute.g)
    return model.SerializeToString()


def test_bf16_is_the_float32_graph_with_the_bits_of_the_checkpoint(tmp_path: Path, navigator: Path) -> None:
    """No runtime on the CPU multiplies matrices in bfloat16, so the rounding between the layers is taken out."""
    folder = export(write_tiny_checkpoint(tmp_path / "tiny", "1.5"), tmp_path / "bundle", "--precision", "bf16")
    model = onnx.load(folder / "policy.onnx")
    onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True)
    outside = {value.type.tensor_type.elem_type for value in [*model.graph.input, *model.graph.output]}
    assert outside == {onnx.TensorProto.UINT8, onnx.TensorProto.INT64, onnx.TensorProto.FLOAT}
    assert manifest(folder)["runtime"]["providers"] == ["cuda"]
    assert manifest(folder)["golden"] is None

    whole = feeds(navigator, windows=2, samples=2)
    wide = ort.InferenceSession(widened(folder), providers=["CPUExecutionProvider"]).run(None, whole)
    expected = open_graph(navigator).run(None, whole)
    np.testing.assert_array_equal(wide[1], expected[1])
    np.testing.assert_allclose(wide[2], expected[2], atol=1e-4)
    np.testing.assert_allclose(wide[0], expected[0], atol=1e-3)


@pytest.mark.parametrize(("variant", "gigabytes"), [("r1", 22.2), ("1.5", 22.2)])
def test_the_full_size_builds_as_structure(tmp_path: Path, variant: str, gigabytes: float) -> None:
    (tmp_path / "config.json").write_text(json.dumps(real_config(variant)))
    out = tmp_path / "structure"
    assert main(["--structure-only", str(tmp_path / "config.json"), "--out", str(out)]) == 0
    sizes = {file.name: file.stat().st_size for file in out.glob("weights-*.bin")}
    assert max(sizes.values()) < 2_000_000_000
    assert sum(sizes.values()) / 1e9 == pytest.approx(gigabytes, abs=0.05)
    assert sum(file.stat().st_blocks for file in out.glob("weights-*.bin")) == 0, "holes only"
    model = onnx.load(out / "policy.onnx", load_external_data=False)
    onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True)
    for one in model.graph.initializer:
        place = {entry.key: entry.value for entry in one.external_data}
        if place:
            assert int(place["offset"]) + int(place["length"]) <= sizes[place["location"]]
    outputs = {
        value.name: [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim]
        for value in model.graph.output
    }
    assert outputs["actions"] == ["B", "K", 64, 2]
    assert outputs["tokens"] == ["B", "K", 256]


def complaint(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What the command says on standard error when it refuses."""
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    return said


def test_released_weights_need_their_licence_accepted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    checkpoint, out = write_tiny_checkpoint(tmp_path / "tiny"), tmp_path / "bundle"
    arguments = [str(checkpoint), "--out", str(out), "--precision", "fp32", "--golden", "no", "--frames-size", "32x64"]
    assert f"--accept-licence {NVIDIA_NON_COMMERCIAL.id}" in complaint(capsys, *arguments)
    assert not out.exists()
    assert main([*arguments, "--accept-licence", NVIDIA_NON_COMMERCIAL.id]) == 0
    licence = manifest(out)["licence"]
    assert (licence["commercialUse"], licence["mustAccept"]) == (False, True)


def test_mistakes_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    checkpoint, out = str(write_tiny_checkpoint(tmp_path / "tiny")), str(tmp_path / "bundle")
    assert "is not a folder" in complaint(capsys, "nowhere", "--out", out, *SMALL)
    assert "multiples of 32" in complaint(capsys, checkpoint, "--out", out, *SMALL, "--frames-size", "30x64")
    assert "there already" in complaint(capsys, checkpoint, "--out", checkpoint, *SMALL)
    assert "no golden case" in complaint(capsys, checkpoint, "--out", out, *SMALL, "--golden", "yes")
    (tmp_path / "tiny" / "tokenizer.json").write_text("{}")
    assert "is not a tokenizer.json" in complaint(capsys, checkpoint, "--out", out, *SMALL)
    (tmp_path / "tiny" / "tokenizer.json").unlink()
    assert "--tokenizer" in complaint(capsys, checkpoint, "--out", out, *SMALL)


def test_a_full_disk_is_noticed_before_anything_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = write_tiny_checkpoint(tmp_path / "tiny")
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(bundle.shutil, "disk_usage", lambda _: usage(10, 5, 5))
    assert "GB free" in complaint(capsys, str(checkpoint), "--out", str(tmp_path / "bundle"), *SMALL)
    assert not (tmp_path / "bundle.partial").exists()


def test_a_bundle_that_was_not_finished_is_started_again(tmp_path: Path) -> None:
    checkpoint = write_tiny_checkpoint(tmp_path / "tiny")
    (tmp_path / "bundle.partial").mkdir()
    (tmp_path / "bundle.partial" / "rest").touch()
    folder = export(checkpoint, tmp_path / "bundle", "--precision", "fp32", "--golden", "no")
    assert not (folder / "rest").exists()
    again = export(checkpoint, tmp_path / "again", "--precision", "fp32", "--golden", "no")
    assert manifest(folder)["files"] == manifest(again)["files"], "the same checkpoint gives the same bytes"
    shutil.rmtree(again)
