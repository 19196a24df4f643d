"""For tests: runs graphs that were built in memory."""

from collections.abc import Mapping, Sequence

import numpy as np
import onnxruntime as ort
from onnx import GraphProto, helper, numpy_helper

from graph.builder import IR_VERSION, OPSET, Builder
from graph.weights import TensorSource, Weight


class NoTensors:
    """A source for graphs whose weights need none."""

    def read(self, name: str) -> np.ndarray:
        raise KeyError(name)


def session_of(
    graph: GraphProto, weights: Mapping[str, Weight], source: TensorSource | None = None, threads: int = 1
) -> ort.InferenceSession:
    """A session on the CPU; weights are put into the model."""
    values = source or NoTensors()
    graph.initializer.extend(numpy_helper.from_array(one.values(values), one.name) for one in weights.values())
    opset = helper.make_opsetid("", OPSET)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION)
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    return ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def evaluate(g: Builder, values: Sequence[str], feeds: Mapping[str, np.ndarray]) -> list[np.ndarray]:
    """Values of a builder's graph for inputs that are named by the feeds."""
    types = {name: helper.np_dtype_to_tensor_dtype(feed.dtype) for name, feed in feeds.items()}
    inputs = [(name, types[name], list(feed.shape)) for name, feed in feeds.items()]
    names = [f"output.{index}" for index in range(len(values))]
    for value, name in zip(values, names, strict=True):
        g.rename_output(value, name)
    graph = g.graph("test", inputs, [])
    graph.output.extend(helper.make_empty_tensor_value_info(name) for name in names)
    return session_of(graph, g.weights).run(names, dict(feeds))
