"""The ONNX graph of an Alpamayo policy, built node by node with `onnx.helper`: no tracing, no weights in memory."""
