"""QR codes that are added up are those that segno makes, whatever their size."""

import pytest
import segno

from certificates.models import make_token
from certificates.qr import MASK, _Family, qr_operations, qr_picture


@pytest.mark.parametrize("length", [20, 62, 77, 120, 150, 177, 182, 230])
def test_is_the_code_of_segno(length: int):
    for _ in range(5):
        address = f"https://a.example/{make_token() * 10}"[:length]
        code = segno.make(address, error="m", micro=False, mask=MASK)
        assert drawn(qr_operations(address), len(code.matrix)) == [list(row) for row in code.matrix]


def test_what_segno_makes_otherwise_is_told(monkeypatch):
    monkeypatch.setattr("certificates.qr_bits._POLYNOMIAL", 0x12D)
    with pytest.raises(RuntimeError, match="segno"):
        _Family(33)


def drawn(operations: bytes, side: int) -> list[list[int]]:
    """The modules that the strokes cover, quiet zone apart."""
    modules = [[0] * side for _ in range(side)]
    steps = operations.decode().split("\n")
    for start, end in zip(steps[::2], steps[1::2], strict=True):
        (x, y, m), (to, same, line) = start.split(), end.split()
        assert (m, line, y) == ("m", "l", same)
        for at in range(int(x), int(to)):
            modules[int(float(y) - 4.5)][at - 4] = 1
    return modules


def test_as_a_picture_it_is_the_same_strokes_inside_a_quiet_zone():
    address = "https://akademi.example/verifikasi/AbC/"
    assert qr_picture(address).count("h") - qr_picture(address).count("http") >= qr_operations(address).count(b"m")
    assert "viewBox%3D%220%200%2037%2037%22" in qr_picture(address)
