"""Slots of a prompt stand where Qwen3-VL counts them, and pad slots as if they were not there."""

import numpy as np

from graph.builder import Builder
from graph.positions import prompt_positions
from running import evaluate

TEXT, IMAGE, PAD = 1, 2, 0
#: Two rows of three tokens: an image moves the count by three.
GRID = (2, 3)


def positions(*rows: list[int]) -> dict[str, list]:
    g = Builder()
    found = prompt_positions(g, "ids", IMAGE, PAD, GRID)
    values = {"t": found.time, "h": found.height, "w": found.width, "next": found.next}
    results = evaluate(g, list(values.values()), {"ids": np.array(rows, np.int64)})
    return {name: result.tolist() for name, result in zip(values, results, strict=True)}


def test_text_counts_one_and_an_image_its_longer_side() -> None:
    found = positions([TEXT, TEXT, *[IMAGE] * 6, TEXT, *[IMAGE] * 6, TEXT])
    assert found["t"] == [[0, 1, 2, 2, 2, 2, 2, 2, 5, 6, 6, 6, 6, 6, 6, 9]]
    assert found["h"] == [[0, 1, 2, 2, 2, 3, 3, 3, 5, 6, 6, 6, 7, 7, 7, 9]]
    assert found["w"] == [[0, 1, 2, 3, 4, 2, 3, 4, 5, 6, 7, 8, 6, 7, 8, 9]]
    assert found["next"] == [[10]]


def test_images_that_touch_are_told_apart() -> None:
    found = positions([*[IMAGE] * 12, TEXT])
    assert found["t"] == [[0] * 6 + [3] * 6 + [6]]
    assert found["w"] == [[0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5, 6]]


def test_pad_slots_are_not_counted() -> None:
    with_pads, without = [TEXT, *[IMAGE] * 6, PAD, PAD, TEXT], [TEXT, *[IMAGE] * 6, TEXT, TEXT, TEXT]
    found = positions(with_pads, without)
    used = [i for i, token in enumerate(with_pads) if token != PAD]
    assert [found["t"][0][i] for i in used] == found["t"][1][:8]
    assert found["next"] == [[5], [7]]
