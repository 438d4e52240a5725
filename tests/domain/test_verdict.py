"""The one word a mail is listed under: its meaning, else what a machine says, else its bucket."""

import pytest

from opendoors_desktop.domain.inbound import AutoReplyKind
from opendoors_desktop.domain.meaning import Meaning
from opendoors_desktop.domain.reaction import Bucket
from opendoors_desktop.domain.verdict import kind_of


@pytest.mark.parametrize(
    "bucket, meaning, subtype, word",
    [
        (Bucket.REPLY, Meaning.QUESTION, None, "question"),
        (Bucket.REPLY, None, None, "unsure"),
        (Bucket.AUTO_REPLY, Meaning.OUT_OF_OFFICE, "out_of_office", "out_of_office"),
        (Bucket.AUTO_REPLY, None, "challenge_response", "challenge_response"),
        (Bucket.AUTO_REPLY, None, None, AutoReplyKind.RECEIPT.value),
        (Bucket.UNSUBSCRIBE, None, None, "unsubscribe"),
        (Bucket.BOUNCE, None, "whatever", "bounce"),
        (Bucket.UNMATCHED, Meaning.INTERESTED, None, "unmatched"),
    ],
)
def test_each_mail_has_one_word(bucket: Bucket, meaning: Meaning | None, subtype: str | None, word: str):
    assert kind_of(bucket, meaning, subtype) == word
