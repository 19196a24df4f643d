"""Pictures as the vision tower of Qwen3-VL reads them: normalised, each doubled in time, in patches of merged blocks."""

import torch

PATCH, MERGE, TIMES = 16, 2, 2


def pixel_values(frames: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """uint8 [N,3,H,W], sides divisible by 32 -> float32 [N*rows*columns, 1536] and the grid int64 [N,3].

    Values are (x/255 - 0.5) / 0.5. The 2x2 patches that the tower merges later stand together; inside a patch the
    order is channel, time, row, column.
    """
    count, _, height, width = frames.shape
    rows, columns = height // PATCH, width // PATCH
    normal = (frames.float() / 255 - 0.5) / 0.5
    cut = normal.reshape(count, 3, rows // MERGE, MERGE, PATCH, columns // MERGE, MERGE, PATCH)
    # -> picture, block row, block column, row in block, column in block, channel, row, column
    patches = cut.permute(0, 2, 5, 3, 6, 1, 4, 7).reshape(count * rows * columns, 3, 1, PATCH, PATCH)
    values = patches.expand(-1, -1, TIMES, -1, -1).reshape(count * rows * columns, -1)
    return values, torch.tensor([[1, rows, columns]] * count)
