"""Loads a teacher export with programs of others, and says what they found: nothing here knows more of the format than
docs/distillation.md says.

usage: python check_loading.py EXPORT_FOLDER   (needs requirements-loading.txt)
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np


def main() -> None:
    folder = Path(sys.argv[1])
    if any((folder / "data").glob("*.tar")):
        found = {"webdataset": with_webdataset(folder)}
    else:
        found = {
            "datasets": with_datasets(folder),
            "pyarrow": with_pyarrow(folder),
            "duckdb": with_duckdb(folder),
            "torch": with_torch(folder),
        }
    print(json.dumps(found, indent=1))
    rows = {json.dumps(splits, sort_keys=True) for name, splits in found.items() if name != "torch"}
    if len(rows) != 1:
        raise SystemExit("they found different numbers of rows")


def with_datasets(folder: Path) -> dict[str, int]:
    """By the configuration in the card's YAML header."""
    from datasets import load_dataset

    loaded = load_dataset(str(folder))
    for rows in loaded.values():
        require_told(sample for samples in rows["samples"] for sample in samples)
    return {split: rows.num_rows for split, rows in loaded.items()}


def with_webdataset(folder: Path) -> dict[str, int]:
    from webdataset import WebDataset

    tars = sorted(str(tar) for tar in (folder / "data").glob("*.tar"))
    windows = list(WebDataset(tars, shardshuffle=False).decode("rgb8"))
    shapes = {(window["actions.npy"].shape[-2:], window["future.npy"].shape) for window in windows}
    assert len(shapes) == 1, shapes
    require_told(sample for window in windows for sample in window["json"]["samples"])
    splits = [window["json"]["split"] for window in windows]
    return {split: splits.count(split) for split in set(splits)}


def with_pyarrow(folder: Path) -> dict[str, int]:
    import pyarrow.dataset

    table = pyarrow.dataset.dataset(folder / "data", format="parquet").to_table(columns=["split", "samples"])
    require_told(sample for samples in table["samples"].to_pylist() for sample in samples)
    splits = table["split"].to_pylist()
    return {split: splits.count(split) for split in set(splits)}


def with_duckdb(folder: Path) -> dict[str, int]:
    import duckdb

    query = f"SELECT split, count(*) FROM '{folder}/data/*.parquet' WHERE len(samples[1].x) > 0 GROUP BY split"
    return dict(duckdb.sql(query).fetchall())


def require_told(samples: Iterable[dict[str, Any]]) -> None:
    """The most likely tokens of a place stand in their order, and say of the drawn one what it says of itself."""
    for sample in samples:
        if sample["top_k"] is None:
            assert sample["top_token_ids"] is None and sample["top_logprobs"] is None
            continue
        ids = np.reshape(sample["top_token_ids"], (-1, sample["top_k"]))
        logprobs = np.reshape(sample["top_logprobs"], ids.shape)
        tokens, drawn = np.array(sample["token_ids"]), np.array(sample["logprobs"])
        assert len(ids) == len(tokens) and (np.diff(logprobs, axis=1) <= 0).all()
        place, rank = np.nonzero(ids == tokens[:, None])
        np.testing.assert_array_equal(logprobs[place, rank], drawn[place])


def with_torch(folder: Path) -> list[int]:
    """Shape of one batch of accelerations."""
    import torch
    from datasets import load_dataset

    rows = load_dataset(str(folder), split="train").select_columns(["samples"]).with_format("torch")
    collate = lambda batch: torch.stack([row["samples"][0]["accel"] for row in batch])
    return list(next(iter(torch.utils.data.DataLoader(rows, batch_size=4, collate_fn=collate))).shape)


if __name__ == "__main__":
    main()
