"""`opendoors mail classify`: one line a file, whatever the file is."""

import json

from tests.mail.inbound_builders import OURS, mail
from tests.mail.inbound_samples import BOUNCES


def test_a_line_for_each_file_in_the_order_they_are_given(cli, tmp_path):
    bounce, reply, empty = tmp_path / "b.eml", tmp_path / "r.eml", tmp_path / "e.eml"
    bounce.write_bytes(BOUNCES["postfix unknown user"][0])
    reply.write_bytes(mail("Sounds interesting, let's talk.\n\n> Hello", In_Reply_To=OURS))
    empty.write_bytes(b"")

    done = cli("mail", "classify", str(bounce), str(empty), str(tmp_path), str(reply), "--json", status=1)

    first, second, third, fourth = done.lines
    assert list(first) == [
        "file", "kind", "subtype", "bounce", "recipients", "return_on", "in_reply_to", "original_message_id",
        "visible_text", "evidence",
    ]  # fmt: skip
    assert (first["file"], first["kind"], first["bounce"]) == (str(bounce), "bounce", "hard")
    assert first["original_message_id"] == OURS
    assert first["recipients"][0]["address"] == "bob@example.net"
    assert first["recipients"][0]["status"] == "5.1.1"
    assert [second["kind"], third["kind"]] == ["unreadable", "unreadable"]
    assert (fourth["kind"], fourth["subtype"], fourth["in_reply_to"]) == ("message", "interested", OURS)
    assert (fourth["bounce"], fourth["recipients"], fourth["return_on"]) == (None, [], None)
    assert fourth["visible_text"] == "Sounds interesting, let's talk."
    faults = [json.loads(line)["error"] for line in done.err.splitlines()]
    assert [(fault["code"], fault["where"]) for fault in faults] == [("no_mail", str(empty)), ("file", str(tmp_path))]


def test_all_readable_is_done(cli, tmp_path):
    file = tmp_path / "a.eml"
    file.write_bytes(mail("Away until 3 August.", X_Autoreply="yes"))

    [line] = cli("mail", "classify", str(file)).lines

    assert (line["kind"], line["subtype"], line["return_on"]) == ("auto_reply", "out_of_office", "2026-08-03")
    assert line["evidence"][0] == {"rule": "x-autoreply", "text": "yes", "at": None}


def test_no_file_is_wrong_use(cli):
    assert cli("mail", "classify", status=2).out == ""
