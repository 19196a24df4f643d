"""Writes the graph of `nano`: what PyTorch exports of its three parts, joined around the loop that writes the trace.

    frames, history, v0 -> see -> keys, values, hidden, summary
    Loop: word, hidden, ended, uniforms[:, :, i] -> step -> word, hidden, ended        ends when all samples have
    summary, tokens, v0, noise -> finish -> actions

usage: python export.py TRAINED_FOLDER OUT_FILE
"""

import io
import sys
from pathlib import Path

import onnx
import torch
from onnx import TensorProto, compose, helper
from torch import nn

from nano import INPUTS, Nano
from plan import STEPS
from trace import HEADS, HIDDEN, WIDTH, TraceStep
from train import RECIPE, load
from vocabulary import PAD

OPSET = 18
# Constants of the released Alpamayo R1 (packages/geometry, ALPAMAYO_R1_ACTIONS): mean and deviation of m/s^2 and 1/m.
ACTION_MEAN = [0.02902694707164455, 0.0002692167976330542]
ACTION_STD = [0.6810426736454882, 0.026148280660833106]
FLOAT, INT = TensorProto.FLOAT, TensorProto.INT64


class See(nn.Module):
    def __init__(self, nano: Nano) -> None:
        super().__init__()
        self.nano = nano

    def forward(self, *inputs):
        places, summary = self.nano.see(*inputs)
        return *self.nano.decoder.prepare(places, summary), summary


class Finish(nn.Module):
    """Normalised actions f32 [B, K, 64, 2]."""

    def __init__(self, nano: Nano) -> None:
        super().__init__()
        self.nano = nano
        self.register_buffer("mean", torch.tensor(ACTION_MEAN))
        self.register_buffer("std", torch.tensor(ACTION_STD))

    def forward(self, summary, tokens, v0, noise):
        accel, curvature = self.nano.finish(summary, tokens, v0, noise)
        return (torch.stack([accel, curvature], -1) - self.mean) / self.std


def part(module: nn.Module, prefix: str, example: tuple, inputs: dict, outputs: list[str]) -> onnx.GraphProto:
    """A module as a graph whose names begin with `prefix`; `inputs` gives the dynamic axes of each input."""
    exported = io.BytesIO()
    torch.onnx.export(
        module.eval(),
        example,
        exported,
        input_names=list(inputs),
        output_names=outputs,
        opset_version=OPSET,
        dynamo=False,
        do_constant_folding=True,
        dynamic_axes=inputs,
    )
    return compose.add_prefix(onnx.load_from_string(exported.getvalue()), prefix).graph


def build(nano: Nano) -> onnx.ModelProto:
    recipe, most = nano.recipe, nano.max_tokens
    crop, pictures, steps = recipe["crop"], len(recipe["frameOffsetsS"]), recipe["historySteps"]
    frames = torch.zeros(2, pictures, 3, crop["height"], crop["width"], dtype=torch.uint8)
    history = [torch.zeros(2, steps) for _ in range(3)]
    b, bk = {0: "B"}, {0: "B", 1: "K"}
    see = part(
        See(nano), "see/", (frames, *history, torch.ones(2)), {name: b for name in INPUTS},
        ["keys", "values", "hidden", "summary"],
    )
    keys, values, hidden, summary = See(nano).eval()(frames, *history, torch.ones(2))
    word = torch.full((2, 3), PAD)
    decode = recipe["decode"]
    step = part(
        TraceStep(nano.decoder, decode["temperature"], decode["topP"], recipe["topTokens"]),
        "step/",
        (word, hidden[:, None].expand(-1, 3, -1), word, torch.rand(2, 3), keys, values),
        {"word": bk, "hidden": bk, "ended": bk, "uniform": bk, "keys": b, "values": b},
        ["word_after", "hidden_after", "ended_after", "logprob", "top_words", "top_logprobs"],
    )
    finish = part(
        Finish(nano),
        "finish/",
        (summary, torch.full((2, 3, most), PAD), torch.ones(2), torch.randn(2, 3, STEPS, 2)),
        {"summary": b, "tokens": bk, "v0": b, "noise": bk},
        ["actions"],
    )
    given = [
        helper.make_tensor_value_info("frames", TensorProto.UINT8, ["B", pictures, 3, crop["height"], crop["width"]]),
        *(helper.make_tensor_value_info(name, FLOAT, ["B", steps]) for name in INPUTS[1:4]),
        helper.make_tensor_value_info("v0", FLOAT, ["B"]),
        helper.make_tensor_value_info("uniforms", FLOAT, ["B", "K", most]),
        helper.make_tensor_value_info("noise", FLOAT, ["B", "K", STEPS, 2]),
    ]
    answers = [
        helper.make_tensor_value_info("actions", FLOAT, ["B", "K", STEPS, 2]),
        helper.make_tensor_value_info("tokens", INT, ["B", "K", most]),
        helper.make_tensor_value_info("logprobs", FLOAT, ["B", "K", most]),
        helper.make_tensor_value_info("token_counts", INT, ["B", "K"]),
        helper.make_tensor_value_info("top_ids", INT, ["B", "K", most, recipe["topTokens"]]),
        helper.make_tensor_value_info("top_logprobs", FLOAT, ["B", "K", most, recipe["topTokens"]]),
    ]
    nodes = [
        *wired(see, {f"see/{name}": name for name in INPUTS}),
        *writing(step, recipe["topTokens"]),
        *wired(
            finish,
            {"finish/summary": "see/summary", "finish/tokens": "tokens", "finish/v0": "v0", "finish/noise": "noise", "finish/actions": "actions"},
        ),
    ]
    weights = shared([*see.initializer, *step.initializer, *finish.initializer, *constants(most, recipe["topTokens"])], nodes)
    graph = helper.make_graph(nodes, "nano", given, answers, weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9, producer_name="train-nano")
    onnx.checker.check_model(model, full_check=True)
    return model


def wired(graph: onnx.GraphProto, places: dict[str, str]) -> list[onnx.NodeProto]:
    """The nodes of a part, with some of its names replaced."""
    nodes = [onnx.NodeProto.FromString(node.SerializeToString()) for node in graph.node]
    for node in nodes:
        node.input[:] = [places.get(name, name) for name in node.input]
        node.output[:] = [places.get(name, name) for name in node.output]
    return nodes


def constants(most: int, told: int) -> list[onnx.TensorProto]:
    tensor = helper.make_tensor
    return [
        tensor("c/most", INT, [], [most]),
        tensor("c/most1", INT, [1], [most]),
        tensor("c/told1", INT, [1], [told]),
        tensor("c/yes", TensorProto.BOOL, [], [True]),
        tensor("c/all_ended", INT, [1], [1]),
        tensor("c/samples", INT, [1], [1]),
        tensor("c/hidden", INT, [1], [HIDDEN]),
        tensor("c/axis0", INT, [1], [0]),
        tensor("c/axis1", INT, [1], [1]),
        tensor("c/pad", INT, [1], [PAD]),
        tensor("c/zero", INT, [1], [0]),
        tensor("c/one", INT, [], [1]),
    ]


def writing(step: onnx.GraphProto, told: int) -> list[onnx.NodeProto]:
    """The loop over words, and what makes of its findings [n, B, K] and [n, B, K, told] the outputs [B, K, M] and [B, K, M, told]."""
    node = helper.make_node
    return [
        node("Shape", ["uniforms"], ["l/samples"], start=0, end=2),
        node("Unsqueeze", ["see/hidden", "c/axis1"], ["l/hidden_one"]),
        node("Concat", ["l/samples", "c/hidden"], ["l/hidden_shape"], axis=0),
        node("Expand", ["l/hidden_one", "l/hidden_shape"], ["l/hidden"]),
        node("Expand", ["c/pad", "l/samples"], ["l/word"]),
        node("Expand", ["c/zero", "l/samples"], ["l/ended"]),
        node(
            "Loop",
            ["c/most", "c/yes", "l/word", "l/hidden", "l/ended"],
            ["l/word_last", "l/hidden_last", "l/ended_last", "l/words", "l/logprobs", "l/going", "l/top_words", "l/top_logprobs"],
            body=body(step, told),
        ),
        node("Transpose", ["l/words"], ["l/words_by_sample"], perm=[1, 2, 0]),
        node("Transpose", ["l/logprobs"], ["l/logprobs_by_sample"], perm=[1, 2, 0]),
        node("Shape", ["l/words_by_sample"], ["l/written"], start=2, end=3),
        node("Sub", ["c/most1", "l/written"], ["l/missing"]),
        node("Concat", ["l/samples", "l/missing"], ["l/missing_shape"], axis=0),
        node("Expand", ["c/pad", "l/missing_shape"], ["l/pads"]),
        node("Concat", ["l/words_by_sample", "l/pads"], ["tokens"], axis=2),
        node("Cast", ["l/pads"], ["l/pads_float"], to=FLOAT),
        node("Concat", ["l/logprobs_by_sample", "l/pads_float"], ["logprobs"], axis=2),
        node("ReduceSum", ["l/going", "c/axis0"], ["token_counts"], keepdims=0),
        node("Transpose", ["l/top_words"], ["l/top_words_by_sample"], perm=[1, 2, 0, 3]),
        node("Transpose", ["l/top_logprobs"], ["l/top_logprobs_by_sample"], perm=[1, 2, 0, 3]),
        node("Concat", ["l/missing_shape", "c/told1"], ["l/missing_top_shape"], axis=0),
        node("Expand", ["c/pad", "l/missing_top_shape"], ["l/top_pads"]),
        node("Concat", ["l/top_words_by_sample", "l/top_pads"], ["top_ids"], axis=2),
        node("Cast", ["l/top_pads"], ["l/top_pads_float"], to=FLOAT),
        node("Concat", ["l/top_logprobs_by_sample", "l/top_pads_float"], ["top_logprobs"], axis=2),
    ]


def body(step: onnx.GraphProto, told: int) -> onnx.GraphProto:
    """One word of every sample. Weights, keys, values and uniforms are those of the graph around it."""
    node, info = helper.make_node, helper.make_tensor_value_info
    places = {
        "step/uniform": "b/uniform", "step/keys": "see/keys", "step/values": "see/values",
        "step/word": "b/word", "step/hidden": "b/hidden", "step/ended": "b/ended",
    }
    nodes = [
        node("Gather", ["uniforms", "b/i"], ["b/uniform"], axis=2),
        *wired(step, places),
        node("Sub", ["c/one", "b/ended"], ["b/going"]),
        node("ReduceMin", ["step/ended_after"], ["b/all_ended"], keepdims=0),
        node("Less", ["b/all_ended", "c/one"], ["b/goes_on"]),
    ]
    carried = [
        info("step/word_after", INT, ["B", "K"]),
        info("step/hidden_after", FLOAT, ["B", "K", HIDDEN]),
        info("step/ended_after", INT, ["B", "K"]),
    ]
    found = [
        # A scanned output is another name than the carried one.
        info("b/word_found", INT, ["B", "K"]),
        info("step/logprob", FLOAT, ["B", "K"]),
        info("b/going", INT, ["B", "K"]),
        info("step/top_words", INT, ["B", "K", told]),
        info("step/top_logprobs", FLOAT, ["B", "K", told]),
    ]
    nodes.append(node("Identity", ["step/word_after"], ["b/word_found"]))
    return helper.make_graph(
        nodes,
        "word",
        [
            info("b/i", INT, []),
            info("b/goes", TensorProto.BOOL, []),
            info("b/word", INT, ["B", "K"]),
            info("b/hidden", FLOAT, ["B", "K", HIDDEN]),
            info("b/ended", INT, ["B", "K"]),
        ],
        [info("b/goes_on", TensorProto.BOOL, []), *carried, *found],
    )


def shared(weights: list[onnx.TensorProto], nodes: list[onnx.NodeProto]) -> list[onnx.TensorProto]:
    """The weights, each once: parts that were exported apart hold copies of those that they have in common."""
    kept: dict[bytes, str] = {}
    instead: dict[str, str] = {}
    for weight in weights:
        content = onnx.TensorProto()
        content.CopyFrom(weight)
        content.name = ""
        instead[weight.name] = kept.setdefault(content.SerializeToString(deterministic=True), weight.name)
    rename(nodes, instead)
    return [weight for weight in weights if instead[weight.name] == weight.name]


def rename(nodes, instead: dict[str, str]) -> None:
    for node in nodes:
        node.input[:] = [instead.get(name, name) for name in node.input]
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.GRAPH:
                rename(attribute.g.node, instead)


def main() -> None:
    trained, file = (Path(name) for name in sys.argv[1:3])
    nano, vocabulary = load(trained)
    model = build(nano)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(model.SerializeToString(deterministic=True))
    vocabulary.write_tokenizer(file.parent / "tokenizer.json")
    print(f"{file}: {file.stat().st_size} bytes")


if __name__ == "__main__":
    main()
