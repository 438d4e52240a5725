"""Values go through a pipe whole, however it cuts them."""

import pytest

from opendoors_desktop.mail.frames import FrameError, FrameReader, Ready, frame, from_post_decoder, packed
from tests.mail.smtp_lines import MAILBOX


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_frames_are_found_in_any_pieces(size):
    values = [Ready(MAILBOX, number) for number in range(5)]
    stream = frame(values[:2]) + frame([]) + frame([packed(value) for value in values[2:]])
    reader = FrameReader()

    found = []
    for at in range(0, len(stream), size):
        for body in reader.feed(stream[at : at + size]):
            found += from_post_decoder.decode(body)

    assert found == values


def test_an_impossible_length_is_told():
    with pytest.raises(FrameError):
        list(FrameReader().feed(b"\xff\xff\xff\xff"))
