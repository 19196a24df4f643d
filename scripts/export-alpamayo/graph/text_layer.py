"""The parts of one layer of a Qwen3-VL text stack, for any axes before the last."""

from model_config import TextConfig

from .builder import Builder, Value
from .layers import project, rms_norm, silu
from .rotary import Turn, turn


class TextLayer:
    """Layer `index` of the stack under `prefix`. `lead` is the number of axes before the hidden one."""

    def __init__(self, prefix: str, index: int, config: TextConfig, lead: int = 2) -> None:
        self._at = f"{prefix}.layers.{index}"
        self._config = config
        self._keep = [0] * lead

    def normed(self, g: Builder, hidden: Value) -> Value:
        """Low [..., hidden]: what queries, keys and values are made of."""
        config = self._config
        return g.low(rms_norm(g, hidden, f"{self._at}.input_layernorm.weight", config.hidden, config.eps))

    def queries(self, g: Builder, normed: Value, rope: Turn) -> Value:
        """float32 [..., heads, head_dim], turned and divided by the root of head_dim."""
        heads = self._heads(g, normed, "q", self._config.heads)
        return g.mul(self._turned(g, heads, "q", rope), g.number(self._config.head_dim**-0.5))

    def keys(self, g: Builder, normed: Value, rope: Turn) -> Value:
        """Low [..., kv_heads, head_dim], turned: as the cache holds them."""
        return g.low(self._turned(g, self._heads(g, normed, "k", self._config.kv_heads), "k", rope))

    def values(self, g: Builder, normed: Value) -> Value:
        """Low [..., kv_heads, head_dim]."""
        return g.low(self._heads(g, normed, "v", self._config.kv_heads))

    def finish(self, g: Builder, hidden: Value, attended: Value) -> Value:
        """The residual stream after attention (low [..., heads * head_dim]) and the feed-forward part."""
        config, at = self._config, self._at
        queries = config.heads * config.head_dim
        hidden = g.add(hidden, project(g, attended, f"{at}.self_attn.o_proj", queries, config.hidden))
        normed = g.low(rms_norm(g, hidden, f"{at}.post_attention_layernorm.weight", config.hidden, config.eps))
        gate = silu(g, project(g, normed, f"{at}.mlp.gate_proj", config.hidden, config.inner))
        up = project(g, normed, f"{at}.mlp.up_proj", config.hidden, config.inner)
        down = project(g, g.low(g.mul(gate, up)), f"{at}.mlp.down_proj", config.inner, config.hidden)
        return g.add(hidden, down)

    def _heads(self, g: Builder, normed: Value, which: str, heads: int) -> Value:
        width = self._config.head_dim
        flat = project(g, normed, f"{self._at}.self_attn.{which}_proj", self._config.hidden, heads * width)
        return g.reshape(flat, *self._keep, heads, width)

    def _turned(self, g: Builder, heads: Value, which: str, rope: Turn) -> Value:
        config = self._config
        normed = rms_norm(g, heads, f"{self._at}.self_attn.{which}_norm.weight", config.head_dim, config.eps)
        return turn(g, normed, rope, config.head_dim)
