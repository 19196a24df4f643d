"""A small language over `onnx.helper`: operators are methods, values are names, small constants are made once.

Weights belong to the outermost graph; bodies of loops see them as outer-scope values. Small constants (shapes, axes,
scalars) belong to the graph that uses them: on a device, a shape that crossed from the outer graph would be copied
in every turn of a loop.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from onnx import GraphProto, NodeProto, TensorProto, helper, numpy_helper

from .weights import NUMPY_TYPES, Weight

OPSET = 18
#: The lowest IR version that goes with the opset: older runtimes read it too.
IR_VERSION = 8

FLOAT, INT64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL
BFLOAT16 = TensorProto.BFLOAT16
Value = str
#: Name, type and axes (numbers, names, None for any) of an input or output; None for any number of axes.
Declared = tuple[Value, int, Sequence[int | str | None] | None]


@dataclass
class Builder:
    """Builds one graph, or one body inside a graph (`parent`)."""

    #: Type of matrix products and of the KV cache; everything between them is float32.
    compute_type: int = FLOAT
    #: Keeps the order of every summation independent of the number of rows; see `attention.weighted_sum`.
    steady_sums: bool = True
    parent: "Builder | None" = None
    nodes: list[NodeProto] = field(default_factory=list)
    weights: dict[str, Weight] = field(default_factory=dict)
    _constants: dict[tuple[str, str, tuple[int, ...], bytes], Value] = field(default_factory=dict)
    _initialisers: list[TensorProto] = field(default_factory=list)
    _names: dict[str, int] = field(default_factory=dict)
    _scope: list[str] = field(default_factory=list)

    @property
    def root(self) -> "Builder":
        return self if self.parent is None else self.parent.root

    def body(self) -> "Builder":
        """A builder for the body of a loop; it names its values apart and shares the weights."""
        return Builder(self.compute_type, self.steady_sums, parent=self, _scope=[*self._scope])

    def fresh(self, hint: str) -> Value:
        """A name that no value of the whole model has."""
        names = self.root._names
        scoped = "/".join([*self._scope, hint])
        names[scoped] = names.get(scoped, 0) + 1
        return scoped if names[scoped] == 1 else f"{scoped}_{names[scoped]}"

    def scope(self, name: str) -> "_Scope":
        """Names inside `with g.scope("layers.3"):` begin with it; only people read them."""
        return _Scope(self, name)

    # operators

    def op(self, kind: str, *inputs: Value, **attributes: Any) -> Value:
        """A node with one output."""
        return self.ops(kind, inputs, 1, **attributes)[0]

    def ops(self, kind: str, inputs: Sequence[Value], outputs: int, **attributes: Any) -> list[Value]:
        """A node with several outputs."""
        names = [self.fresh(kind) for _ in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, name=names[0], **attributes))
        return names

    def add(self, a: Value, b: Value) -> Value:
        return self.op("Add", a, b)

    def sub(self, a: Value, b: Value) -> Value:
        return self.op("Sub", a, b)

    def mul(self, a: Value, b: Value) -> Value:
        return self.op("Mul", a, b)

    def div(self, a: Value, b: Value) -> Value:
        return self.op("Div", a, b)

    def where(self, condition: Value, yes: Value, no: Value) -> Value:
        return self.op("Where", condition, yes, no)

    def cast(self, value: Value, onnx_type: int) -> Value:
        return self.op("Cast", value, to=onnx_type)

    def low(self, value: Value) -> Value:
        """float32 -> the type of matrix products."""
        return value if self.compute_type == FLOAT else self.cast(value, self.compute_type)

    def wide(self, value: Value) -> Value:
        """The type of matrix products -> float32."""
        return value if self.compute_type == FLOAT else self.cast(value, FLOAT)

    def matmul(self, a: Value, b: Value) -> Value:
        """Both in the type of matrix products, and so the result."""
        return self.op("MatMul", a, b)

    def reshape(self, value: Value, *shape: int) -> Value:
        """0 keeps an axis, -1 is inferred."""
        return self.op("Reshape", value, self.ints(shape))

    def transpose(self, value: Value, *order: int) -> Value:
        return self.op("Transpose", value, perm=list(order))

    def unsqueeze(self, value: Value, *axes: int) -> Value:
        return self.op("Unsqueeze", value, self.ints(axes))

    def concat(self, values: Sequence[Value], axis: int) -> Value:
        return values[0] if len(values) == 1 else self.op("Concat", *values, axis=axis)

    def split(self, value: Value, sizes: Sequence[int], axis: int) -> list[Value]:
        if len(sizes) == 1:
            return [value]
        return self.ops("Split", [value, self.ints(sizes)], len(sizes), axis=axis)

    def slice(self, value: Value, axis: int, start: int, end: int | None = None) -> Value:
        stop = np.iinfo(np.int64).max if end is None else end
        return self.op("Slice", value, self.ints([start]), self.ints([stop]), self.ints([axis]), self.ints([1]))

    def gather(self, table: Value, index: Value, axis: int = 0) -> Value:
        return self.op("Gather", table, index, axis=axis)

    def softmax(self, value: Value) -> Value:
        return self.op("Softmax", value, axis=-1)

    def reduce(self, kind: str, value: Value, axis: int, keep: bool = False) -> Value:
        return self.op(kind, value, self.ints([axis]), keepdims=int(keep))

    def shape(self, value: Value, start: int, end: int) -> Value:
        """Sizes of axes start to end - 1, int64."""
        return self.op("Shape", value, start=start, end=end)

    def filled(self, shape: Value, fill: float | int | bool, onnx_type: int) -> Value:
        if onnx_type == BFLOAT16:  # ConstantOfShape learns it in opset 20
            return self.cast(self.filled(shape, fill, FLOAT), onnx_type)
        tensor = helper.make_tensor("value", onnx_type, [1], [fill])
        return self.op("ConstantOfShape", shape, value=tensor)

    # constants and weights

    def ints(self, values: Sequence[int]) -> Value:
        return self.constant(np.asarray(values, np.int64))

    def integer(self, value: int) -> Value:
        return self.constant(np.asarray(value, np.int64))

    def number(self, value: float) -> Value:
        return self.constant(np.asarray(value, np.float32))

    def true(self) -> Value:
        return self.constant(np.asarray(True))

    def numbers(self, values: Sequence[float], shape: Sequence[int]) -> Value:
        return self.constant(np.asarray(values, np.float32).reshape(shape))

    def constant(self, array: np.ndarray) -> Value:
        """A small constant of this graph; the same values are stored once."""
        key = ("constant", array.dtype.str, array.shape, array.tobytes())
        if key not in self._constants:
            names = self.root._names
            names["constant"] = names.get("constant", 0) + 1
            name = f"constant_{names['constant']}"
            self._initialisers.append(numpy_helper.from_array(array, name))
            self._constants[key] = name
        return self._constants[key]

    def weight(self, weight: Weight) -> Value:
        """A weight of the model, stored outside the graph; the same name is the same weight."""
        self.root.weights.setdefault(weight.name, weight)
        return weight.name

    # finishing

    def rename_output(self, value: Value, name: str) -> None:
        """Gives a value the name under which the graph returns it."""
        self.nodes.append(helper.make_node("Identity", [value], [name], name=name))

    def graph(
        self,
        name: str,
        inputs: Sequence[Declared],
        outputs: Sequence[Declared],
    ) -> GraphProto:
        """The nodes so far as a graph; weights are declared by `external_data.attach`."""
        return helper.make_graph(
            self.nodes,
            name,
            [helper.make_tensor_value_info(*one) for one in inputs],
            [helper.make_tensor_value_info(*one) for one in outputs],
            self._initialisers,
        )

    def loop(
        self,
        trips: int,
        keep_going: Value,
        carried: Sequence[Value],
        body: GraphProto,
        scanned: int,
    ) -> list[Value]:
        """Runs `body` up to `trips` times: final carried values, then the stacked scan outputs."""
        return self.ops(
            "Loop",
            [self.integer(trips), keep_going, *carried],
            len(carried) + scanned,
            body=body,
        )


class _Scope:
    def __init__(self, builder: Builder, name: str) -> None:
        self._builder = builder
        self._name = name

    def __enter__(self) -> None:
        self._builder._scope.append(self._name)

    def __exit__(self, *_: object) -> None:
        self._builder._scope.pop()


def count_nodes(graph: GraphProto) -> tuple[int, dict[str, int]]:
    """Nodes of a graph with all its bodies, and how many of each kind."""
    kinds: dict[str, int] = {}
    pending = [graph]
    while pending:
        for node in pending.pop().node:
            kinds[node.op_type] = kinds.get(node.op_type, 0) + 1
            pending += [one.g for one in node.attribute if one.type == onnx.AttributeProto.GRAPH]
    return sum(kinds.values()), kinds


def numpy_type(onnx_type: int) -> np.dtype:
    return NUMPY_TYPES[onnx_type]
