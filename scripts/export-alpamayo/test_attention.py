"""Sums over keys do not hang on how many rows or threads there are."""

import numpy as np

from graph.attention import STEADY_TERMS, apart, row_products, weighted_sum
from graph.builder import FLOAT, Builder
from running import session_of

HEADS, KEYS, WIDTH = 2, 5 * STEADY_TERMS, 64


def summed(shares: np.ndarray, values: np.ndarray, steady: bool, threads: int) -> np.ndarray:
    g = Builder(steady_sums=steady)
    g.rename_output(weighted_sum(g, "shares", "values", KEYS), "sum")
    inputs = [("shares", FLOAT, ["B", HEADS, "M", KEYS]), ("values", FLOAT, ["B", HEADS, KEYS, WIDTH])]
    graph = g.graph("test", inputs, [("sum", FLOAT, None)])
    return session_of(graph, g.weights, threads=threads).run(None, {"shares": shares, "values": values})[0]


def test_a_weighted_sum_is_the_same_bits_for_any_number_of_rows_windows_and_threads() -> None:
    random = np.random.default_rng(0)
    shares = random.standard_normal((3, HEADS, 24, KEYS), np.float32)
    values = random.standard_normal((3, HEADS, KEYS, WIDTH), np.float32)
    expected = summed(shares, values, steady=True, threads=1)
    np.testing.assert_allclose(expected, shares.astype(np.float64) @ values, atol=1e-3)
    for threads in (2, 4, 8):
        for rows in (2, 4, 24):
            alone = summed(shares[:1, :, :rows].copy(), values[:1], steady=True, threads=threads)
            np.testing.assert_array_equal(alone, expected[:1, :, :rows])


def test_both_ways_of_summing_agree_but_for_rounding() -> None:
    random = np.random.default_rng(1)
    shares = random.random((1, HEADS, 4, KEYS), np.float32)
    values = random.standard_normal((1, HEADS, KEYS, WIDTH), np.float32)
    steady, plain = (summed(shares, values, steady=one, threads=1) for one in (True, False))
    np.testing.assert_allclose(steady, plain, atol=1e-3)


def products(rows: np.ndarray, matrices: np.ndarray, threads: int) -> np.ndarray:
    g = Builder()
    g.rename_output(row_products(g, "rows", apart(g, "matrices")), "products")
    inputs = [("rows", FLOAT, ["B", HEADS, "M", KEYS]), ("matrices", FLOAT, ["B", HEADS, KEYS, WIDTH])]
    graph = g.graph("test", inputs, [("products", FLOAT, None)])
    return session_of(graph, g.weights, threads=threads).run(None, {"rows": rows, "matrices": matrices})[0]


def test_products_of_few_rows_are_the_same_bits_for_any_number_of_rows_windows_and_threads() -> None:
    random = np.random.default_rng(2)
    rows = random.standard_normal((3, HEADS, 24, KEYS), np.float32)
    matrices = random.standard_normal((3, HEADS, KEYS, WIDTH), np.float32)
    expected = products(rows, matrices, threads=1)
    np.testing.assert_allclose(expected, rows.astype(np.float64) @ matrices, atol=1e-3)
    for threads in (2, 4, 8):
        for count in (1, 2, 24):
            alone = products(rows[:1, :, :count].copy(), matrices[:1], threads=threads)
            np.testing.assert_array_equal(alone, expected[:1, :, :count])
