"""Writes the list of tensors that the released 10B checkpoints should hold, from public code and configurations.

usage: python -m reference.real_tensor_names

The weights are gated: the list was never held against the index files themselves. README.md says what confirms it.
"""

import math
from pathlib import Path

from reference.configs import QWEN3_VL_8B, real_config
from reference.layout import Shapes, checkpoint_shapes

LIST = Path(__file__).parent / "released-tensors.txt"
_HEAD = """\
# Tensors of nvidia/Alpamayo-R1-10B (model_type alpamayo_r1) and nvidia/Alpamayo-1.5-10B (alpamayo1_5), all bfloat16.
# Made by real_tensor_names.py. Columns: name, shape, releases that store it.
"""


def main() -> None:
    r1, v15 = released_shapes("r1"), released_shapes("1.5")
    lines = [
        f"{name}\t{'x'.join(map(str, shape)) or '-'}\t{'R1 1.5' if name in v15 else 'R1'}" for name, shape in r1.items()
    ]
    LIST.write_text(_HEAD + "\n".join(lines) + "\n")
    for release, shapes in (("R1", r1), ("1.5", v15)):
        numbers = sum(math.prod(shape) for shape in shapes.values())
        print(f"{release}: {len(shapes)} tensors, {numbers:,} numbers, {2 * numbers / 1e9:.3f} GB in bfloat16")


def released_shapes(variant: str) -> Shapes:
    """Names and shapes from the released configuration of `variant` ("r1" or "1.5")."""
    return checkpoint_shapes(real_config("r1" if variant == "r1" else "1.5"), QWEN3_VL_8B)


def read_list(variant: str) -> Shapes:
    """The same from the file that is kept."""
    release = "R1" if variant == "r1" else "1.5"
    shapes: Shapes = {}
    for line in LIST.read_text().splitlines():
        if line.startswith("#"):
            continue
        name, shape, releases = line.split("\t")
        if release in releases.split():
            shapes[name] = () if shape == "-" else tuple(int(side) for side in shape.split("x"))
    return shapes


if __name__ == "__main__":
    main()
