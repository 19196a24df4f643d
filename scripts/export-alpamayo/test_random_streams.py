"""Random numbers are those of the host: expected values stand in packages/policy-onnx/src/random-streams.test.ts."""

import numpy as np

from random_streams import normals, philox, stream_key, uniforms

KEY = stream_key(42, "drive-1@5100000")


def test_philox_gives_the_known_answers_of_random123() -> None:
    assert philox((0, 0), (0, 0, 0, 0)) == (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)
    counter = (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344)
    assert philox((0xA4093822, 0x299F31D0), counter) == (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)


def test_numbers_of_a_window_are_those_of_the_host() -> None:
    assert KEY == (1343408742, 1160237775)
    assert uniforms(KEY, 5, 3).tolist() == [0.4807901978492737, 0.10641241073608398, 0.3906490206718445]
    expected = [0.34471774101257324, 0.001996467588469386, -1.8124421834945679, 0.1549120396375656, -0.270625501871109]
    np.testing.assert_array_equal(normals(KEY, 5, 5), np.array(expected, np.float32))
