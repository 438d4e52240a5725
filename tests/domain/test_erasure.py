"""What is left of an erased person."""

from opendoors_desktop.domain.erasure import erased_hash


def test_the_same_address_under_the_same_key_gives_the_same_hash():
    assert erased_hash(b"key", "ana@example.com") == erased_hash(b"key", "ana@example.com")
    assert len(erased_hash(b"key", "ana@example.com")) == 64


def test_another_address_or_key_gives_another():
    assert (
        len({erased_hash(b"a", "x"), erased_hash(b"b", "x"), erased_hash(b"a", "y"), erased_hash(b"a", "\udcff")}) == 4
    )
