"""The trace of `glance`: a head on the frozen features of its path that chooses one sentence of a closed list.

`Frozen` computes the features from a path graph that was exported, and `graft` adds the head to that same graph: its
nodes and weights stay as they are, and so does the path.
"""

import io
from pathlib import Path

import onnx
import torch
from onnx import compose, helper, numpy_helper
from torch import nn
from torch.nn import functional

OUTPUT = "trace_index"
# The last map that still is 8 x 20: lamps and brake lights are small.
MAP = 3
MAP_CHANNELS = 32
MAP_CELLS = 4 * 10
PAST = 16 * 3 + 1
RECALLED = 48


class Frozen(nn.Module):
    """The features of a path graph: a map f32 [B, 32, 8, 20], the scaled history [B, 49], and what it recalls [B, 48]."""

    def __init__(self, graph: onnx.ModelProto) -> None:
        super().__init__()
        weights = {one.name: torch.from_numpy(numpy_helper.to_array(one).copy()) for one in graph.graph.initializer}
        convolutions = [node for node in graph.graph.node if node.op_type == "Conv"][: MAP + 1]
        self.layers = [
            (weights[node.input[1]], weights[node.input[2]], helper.get_node_attr_value(node, "strides")[0])
            for node in convolutions
        ]
        self.recall = [weights["recall.0.weight"], weights["recall.0.bias"]]
        first = next(node for node in graph.graph.node if node.op_type == "Gemm")
        # Names in the graph of what `forward` gives.
        self.tensors = [relu_of(graph, convolutions[MAP]), first.input[0], relu_of(graph, first)]

    @torch.no_grad()
    def forward(self, frames, history_x, history_y, history_yaw, v0):
        seen = frames.to(torch.float32).flatten(1, 2) * (1 / 64) - 2
        for weight, bias, stride in self.layers:
            seen = functional.relu(functional.conv2d(seen, weight, bias, stride, 1))
        past = torch.cat([history_x * 0.1, history_y, history_yaw * 5, v0[:, None] * 0.1], 1)
        return seen, past, functional.relu(functional.linear(past, *self.recall))


class TraceHead(nn.Module):
    """Scores f32 [B, sentences]."""

    def __init__(self, sentences: int) -> None:
        super().__init__()
        self.look = nn.Sequential(
            nn.Conv2d(MAP_CHANNELS, 32, 3, 1, 1), nn.ReLU(), nn.Conv2d(32, 24, 3, 2, 1), nn.ReLU()
        )
        self.choose = nn.Sequential(
            nn.Dropout(0.2),
            nn.Linear(24 * MAP_CELLS + PAST + RECALLED, 96),
            nn.ReLU(),
            nn.Dropout(0.2),
            nn.Linear(96, sentences),
        )

    def forward(self, seen, past, recalled):
        return self.choose(torch.cat([self.look(seen).flatten(1), past, recalled], 1))


class Chosen(nn.Module):
    """The index of the best sentence, i64 [B, 1]."""

    def __init__(self, head: TraceHead) -> None:
        super().__init__()
        self.head = head

    def forward(self, seen, past, recalled):
        return self.head(seen, past, recalled).argmax(1, keepdim=True)


def graft(path: onnx.ModelProto, frozen: Frozen, head: TraceHead, features, file: Path) -> None:
    """Writes the path graph with the head as one more output, `trace_index`."""
    exported = io.BytesIO()
    names = ["seen", "past", "recalled"]
    torch.onnx.export(
        Chosen(head).eval(),
        tuple(features),
        exported,
        input_names=names,
        output_names=[OUTPUT],
        opset_version=path.opset_import[0].version,
        dynamo=False,
        dynamic_axes={name: {0: "B"} for name in [*names, OUTPUT]},
    )
    trace = compose.add_prefix(onnx.load_from_string(exported.getvalue()), "trace/").graph
    place = dict(zip([one.name for one in trace.input], frozen.tensors))
    place[trace.output[0].name] = OUTPUT
    for node in trace.node:
        node.input[:] = [place.get(name, name) for name in node.input]
        node.output[:] = [place.get(name, name) for name in node.output]
    joined = onnx.ModelProto()
    joined.CopyFrom(path)
    joined.graph.node.extend(trace.node)
    joined.graph.initializer.extend(trace.initializer)
    joined.graph.output.append(helper.make_tensor_value_info(OUTPUT, onnx.TensorProto.INT64, ["B", 1]))
    onnx.checker.check_model(joined, full_check=True)
    file.write_bytes(joined.SerializeToString(deterministic=True))
    print(f"{file}: {file.stat().st_size} bytes")


def relu_of(graph: onnx.ModelProto, node: onnx.NodeProto) -> str:
    """Name of what comes out of the ReLU behind a node."""
    return next(one.output[0] for one in graph.graph.node if one.op_type == "Relu" and one.input[0] == node.output[0])
