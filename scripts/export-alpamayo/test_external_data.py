"""Weights lie in files below a limit, at pages, and are what their recipes make."""

from pathlib import Path

import numpy as np
import pytest

import external_data
from external_data import lay_out, write_weights
from graph import layers
from graph.builder import FLOAT, Builder
from graph.layers import Embedding, Head
from graph.weights import Weight
from running import NoTensors, session_of


def weight(name: str, count: int) -> Weight:
    return Weight(name, (count,), FLOAT, lambda _: np.full(count, float(count)))


def test_files_stay_below_the_limit_and_weights_begin_at_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(external_data, "MAX_FILE_BYTES", 10_000)
    weights = {name: weight(name, count) for name, count in (("a", 1000), ("b", 1100), ("c", 2500), ("d", 1))}
    layout = lay_out(weights)
    assert [(place.weight.name, place.file[:13], place.offset) for place in layout.places] == [
        ("a", "weights-00001", 0),
        ("b", "weights-00001", 4096),
        ("c", "weights-00002", 0),
        ("d", "weights-00003", 0),
    ]
    assert list(layout.files.values()) == [4096 + 4400, 10_000, 4]

    for _ in write_weights(layout, NoTensors(), tmp_path):
        pass
    assert {name: (tmp_path / name).stat().st_size for name in layout.files} == layout.files
    stored = np.fromfile(tmp_path / layout.places[1].file, np.float32, 1100, offset=4096)
    np.testing.assert_array_equal(stored, np.full(1100, 1100.0))


class Tables:
    """One table under any name."""

    def __init__(self, table: np.ndarray) -> None:
        self._table = table

    def read(self, name: str) -> np.ndarray:
        return self._table


def test_a_table_too_large_for_one_file_is_cut_and_gives_the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    table = np.random.default_rng(0).standard_normal((50, 12), dtype=np.float32)
    ids, hidden = np.array([[3, 49]]), np.eye(12, dtype=np.float32)[None, :2]

    def run() -> tuple[list[np.ndarray], int]:
        g = Builder()
        values = [Embedding("table", 50, 12)(g, "ids"), Head("table", 12, 50)(g, "hidden")]
        for index, value in enumerate(values):
            g.rename_output(value, f"out.{index}")
        inputs = [("ids", 7, [1, 2]), ("hidden", FLOAT, [1, 2, 12])]
        graph = g.graph("test", inputs, [(f"out.{index}", FLOAT, None) for index in range(2)])
        count = len(g.weights)
        return session_of(graph, g.weights, Tables(table)).run(None, {"ids": ids, "hidden": hidden}), count

    whole, pieces_of_whole = run()
    monkeypatch.setattr(layers, "MAX_WEIGHT_BYTES", 1000)
    cut, pieces_of_cut = run()
    assert (pieces_of_whole, pieces_of_cut) == (2, 6)
    for one, other in zip(whole, cut, strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(cut[0], table[ids])
    np.testing.assert_allclose(cut[1], table.T[None, :2], atol=1e-6)
