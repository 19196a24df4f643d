"""Where the slots of a prompt stand: M-RoPE positions, which slots are used, and where the generated text goes on.

Axes: B windows, P slots.
"""

from dataclasses import dataclass

from .builder import INT64, Builder, Value


@dataclass(frozen=True)
class PromptPositions:
    #: int64 [B, P] each. Equal for text; an image's tokens share a time and differ in row and column.
    time: Value
    height: Value
    width: Value
    #: bool [B, P]: false for slots that hold the pad id.
    used: Value
    #: bool [B, P]
    is_image: Value
    #: int64 [B, P]: how many image tokens stand before the slot.
    images_before: Value
    #: int64 [B, 1]: the position of the first token after the prompt.
    next: Value


def prompt_positions(g: Builder, ids: Value, image_id: int, pad_id: int, grid: tuple[int, int]) -> PromptPositions:
    """Positions as Qwen3-VL counts them, with pad slots left out of the count.

    `grid` is rows and columns of the tokens of one image. Text moves the count by one per token, an image by the longer
    side of its grid.
    """
    rows, columns = grid
    tokens, advance = g.integer(rows * columns), g.integer(max(grid))
    is_image = g.op("Equal", ids, g.integer(image_id))
    used = g.op("Not", g.op("Equal", ids, g.integer(pad_id)))
    image = g.cast(is_image, INT64)
    text = g.sub(g.cast(used, INT64), image)
    images_before = g.op("CumSum", image, g.integer(1), exclusive=1)
    text_before = g.op("CumSum", text, g.integer(1), exclusive=1)
    start = g.add(text_before, g.mul(g.div(images_before, tokens), advance))
    within = g.op("Mod", images_before, tokens)
    columns_value = g.integer(columns)
    total_images = g.div(g.reduce("ReduceSum", image, 1, keep=True), tokens)
    return PromptPositions(
        time=start,
        height=g.add(start, g.div(within, columns_value)),
        width=g.add(start, g.op("Mod", within, columns_value)),
        used=used,
        is_image=is_image,
        images_before=images_before,
        next=g.add(g.reduce("ReduceSum", text, 1, keep=True), g.mul(total_images, advance)),
    )
