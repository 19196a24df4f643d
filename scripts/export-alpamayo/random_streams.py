"""The random numbers that a host gives a policy, for golden cases: Philox4x32-10 keyed by seed and window.

key      the first 8 bytes of SHA-256 over "seed LF windowId", as two little-endian words
counter  (block, sample, stream, 0); number e of a stream is word e % 4 of block e // 4
stream   0: uniforms, the upper 24 bits of a word. 1: normals by Box and Muller over pairs of words, in float64.
Source of the generator: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11.
"""

import hashlib
import math

import numpy as np

_UNIFORMS, _NOISE = 0, 1
_MASK = 0xFFFFFFFF


def stream_key(seed: int, window_id: str) -> tuple[int, int]:
    digest = hashlib.sha256(f"{seed}\n{window_id}".encode()).digest()
    return int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:8], "little")


def uniforms(key: tuple[int, int], sample: int, count: int) -> np.ndarray:
    """float32 [count] in [0, 1)."""
    return np.array([(word >> 8) * 2.0**-24 for word in _words(key, sample, _UNIFORMS, count)], np.float32)


def normals(key: tuple[int, int], sample: int, count: int) -> np.ndarray:
    """float32 [count]: of words a, b the radius sqrt(-2 ln((a + 1) / 2^32)) times cosine and sine of 2 pi b / 2^32."""
    words = _words(key, sample, _NOISE, count + count % 2)
    values: list[float] = []
    for a, b in zip(words[0::2], words[1::2], strict=True):
        radius = math.sqrt(-2.0 * math.log((a + 1) * 2.0**-32))
        angle = 2.0 * math.pi * b * 2.0**-32
        values += [radius * math.cos(angle), radius * math.sin(angle)]
    return np.array(values[:count], np.float32)


def philox(key: tuple[int, int], counter: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """Four 32-bit words."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        first, second = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (second >> 32) ^ c1 ^ k0, second & _MASK, (first >> 32) ^ c3 ^ k1, first & _MASK
        k0, k1 = (k0 + 0x9E3779B9) & _MASK, (k1 + 0xBB67AE85) & _MASK
    return c0, c1, c2, c3


def _words(key: tuple[int, int], sample: int, stream: int, count: int) -> list[int]:
    blocks = [philox(key, (block, sample, stream, 0)) for block in range(-(-count // 4))]
    return [word for block in blocks for word in block][:count]
