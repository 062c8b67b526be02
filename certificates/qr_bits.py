"""Which modules of a QR code change when one bit of its text does: ISO/IEC 18004, chapters 7.4 to 7.7."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import segno
from segno import consts

_POLYNOMIAL = 0x11D  # of the field of 256 elements
_DATA = (consts.TYPE_DATA_DARK, consts.TYPE_DATA_LIGHT)
_BITS = [1 << bit for bit in range(8)]


def changes_of(code: segno.QRCode, length: int) -> list[Mapping[int, int]]:
    """For each byte of a text what each of its bits changes, as an integer of modules like those of `certificates.qr`.

    The code is one of a text of this length, in byte mode.
    """
    places = list(_places(code))
    version = int(code.version)
    codewords = list(_codewords(version, consts.ERROR_MAPPING[code.error]))
    start = 4 + (8 if version < 10 else 16)  # bits of mode and count before the text
    found: list[Mapping[int, int]] = []
    for byte in range(length):
        changes = {}
        for bit in _BITS:
            # Bits are written the highest first.
            at = start + 8 * byte + 8 - bit.bit_length()
            changes[bit] = _change(codewords[at // 8], 0x80 >> at % 8, places)
        found.append(changes)
    return found


def _change(codeword: tuple[int, Mapping[int, int]], value: int, places: Sequence[int]) -> int:
    """What a change of a codeword by `value` changes: itself, and the correction of its block."""
    own, corrections = codeword
    changed = 0
    for position, factor in ((own, 1), *corrections.items()):
        byte = _product(value, factor)
        for bit in range(8):
            if byte >> (7 - bit) & 1:
                changed ^= places[position * 8 + bit]
    return changed


def _codewords(version: int, level: int) -> Iterator[tuple[int, Mapping[int, int]]]:
    """For each codeword of data, in the order of the text: its place in the code, and the correction of a 1 in it.

    The codewords of the blocks take turns, first those of the data, then those of the correction.
    """
    groups: Any = consts.ECC
    blocks = [group for group in groups[version][level] for _ in range(group.num_blocks)]
    longest = max(block.num_data for block in blocks)
    turns = [(block, at) for at in range(longest) for block in range(len(blocks)) if at < blocks[block].num_data]
    place = {turn: position for position, turn in enumerate(turns)}
    for number, block in enumerate(blocks):
        rests = _rests(block.num_data, block.num_total - block.num_data)
        for at, rest in enumerate(rests):
            corrections = {len(turns) + order * len(blocks) + number: factor for order, factor in enumerate(rest)}
            yield place[number, at], corrections


def _rests(data: int, correction: int) -> list[list[int]]:
    """The correction of a block in which one codeword is 1 and the others 0, for each place of that codeword."""
    generator = [1]
    for power in range(correction):
        root = _power(power)
        generator = [one ^ _product(other, root) for one, other in zip([*generator, 0], [0, *generator], strict=True)]
    rest = generator[1:]
    found: list[list[int]] = []
    for _ in range(data):
        found.append(rest)
        rest = [one ^ _product(rest[0], other) for one, other in zip([*rest[1:], 0], generator[1:], strict=True)]
    return found[::-1]


def _product(one: int, other: int) -> int:
    result = 0
    while other:
        if other & 1:
            result ^= one
        one = one << 1 ^ (_POLYNOMIAL if one & 0x80 else 0)
        other >>= 1
    return result


def _power(exponent: int) -> int:
    value = 1
    for _ in range(exponent):
        value = _product(value, 2)
    return value


def _places(code: segno.QRCode) -> Iterator[int]:
    """The modules that carry bits, each as an integer, in the order of the bits: up and down in pairs of columns."""
    kinds: list[list[int]] = [list(row) for row in code.matrix_iter(border=0, verbose=True)]
    side = len(kinds)
    kinds[8][side - 9] = consts.TYPE_DATA_LIGHT  # segno calls one module too many a part of the format
    rows = list(range(side - 1, -1, -1))
    for right in (*range(side - 1, 6, -2), 5, 3, 1):  # the sixth column is that of the clock
        for y in rows:
            for x in (right, right - 1):
                if kinds[y][x] in _DATA:
                    yield 1 << ((side - 1 - y) * (side + 1) + side - x)
        rows.reverse()
