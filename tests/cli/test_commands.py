"""Every noun of the command line, once with --json and once refused."""

import importlib
import json
from pathlib import Path

import pytest

from opendoors_desktop.cli.main import NOUNS
from opendoors_desktop.store.database import Store


def test_every_noun_has_a_module_with_help(cli):
    for noun, (module, told) in NOUNS.items():
        assert importlib.import_module(f"opendoors_desktop.cli.{module}").app is not None
        assert told.endswith((".", "?"))
        assert noun in cli(noun, "--help").out


def test_without_arguments_the_help_is_shown(cli):
    assert "Usage: opendoors" in cli().out
    assert "scheduler" in cli().out


@pytest.mark.parametrize("noun", ["contacts", "sequence", "task"])
def test_a_noun_alone_is_wrong_use(cli, noun):
    assert cli(noun, "--json", status=2).error["code"] == "usage"
    done = cli(noun, status=2)
    assert (done.out, done.err) == ("", f"Missing command.\nSee opendoors {noun} --help.\n")


def test_a_mistyped_noun_is_told_of(cli):
    assert "contacts" in cli("contcts", "--json", status=2).error["title"]


# contacts


def test_contacts_import_reports_as_the_interface_says(cli, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("email,name\nana@example.org,Ana\nnonsense,Ben\n", encoding="utf-8")

    done = cli("contacts", "import", str(file), "--json", status=1)

    assert set(done.value) == {"rows", "created", "updated", "unchanged", "skipped", "problems"}
    assert (done.value["rows"], done.value["created"], done.value["skipped"]) == (2, 1, 1)
    [problem] = done.value["problems"]
    assert set(problem) == {"line", "column", "code", "message"}
    assert problem["line"] == 3
    assert cli("contacts", "import", str(file), status=1).out.startswith("2 rows: 0 created")


def test_contacts_import_dry_run_writes_nothing_and_maps_columns(cli, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("Wer,Wo\nana@example.org,Paris\n", encoding="utf-8")
    arguments = ["contacts", "import", str(file), "--map", "Wer=email", "--map", "Wo=city", "--tag", "new", "--json"]

    assert cli(*arguments, "--dry-run").value["created"] == 1
    assert cli("contacts", "list", "--json").lines == []
    assert cli(*arguments).value["created"] == 1
    [contact] = cli("contacts", "list", "--tag", "NEW", "--json").lines
    assert (contact["email"], contact["city"], contact["tags"]) == ("ana@example.org", "Paris", ["new"])


def test_contacts_import_enrolls(room, tmp_path):
    done = room("contacts", "import", str(tmp_path / "people.csv"), "--enroll", "Spring", "--json")

    assert (done.value["enrolled"], done.value["not_enrolled"]) == (3, [])
    assert len(room("enrollment", "list", "--json").lines) == 3
    again = room("contacts", "import", str(tmp_path / "people.csv"), "--enroll", "Spring", "--json", status=1)
    assert again.value["not_enrolled"][0]["error"]["code"] == "already_enrolled"


@pytest.mark.parametrize("arguments", [["missing.csv"], ["people.csv", "--map", "nothing"]])
def test_contacts_import_refuses_bad_input(cli, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text("email\nana@example.org\n", encoding="utf-8")

    assert cli("contacts", "import", *arguments, "--json", status=2).error["title"]
    assert cli("contacts", "list", "--json").lines == []


def test_contacts_are_listed_shown_and_exported(room, tmp_path):
    assert [each["email"] for each in room("contacts", "list", "--json").lines] == [
        "ana@example.org",
        "ben@example.net",
        "cem@example.com",
    ]
    assert room("contacts", "list").out.splitlines()[0].split() == ["EMAIL", "NAME", "COMPANY", "TAGS"]
    shown = room("contacts", "show", "Ana Lima", "--json").value
    assert (shown["email"], shown["suppressions"], shown["enrollments"]) == ("ana@example.org", [], [])
    assert "ana@example.org" in room("contacts", "show", "ANA@example.org").out
    assert room("contacts", "show", "nobody@example.org", "--json", status=2).error["code"] == "not_found"
    out = tmp_path / "out.csv"
    room("contacts", "export", "--out", str(out))
    assert out.read_text(encoding="utf-8-sig").splitlines()[1].startswith("ana@example.org,Ana,Lima,Example Org")
    assert room("contacts", "export").out.splitlines()[0].startswith("email,first_name")
    assert room("contacts", "export", "--json").lines[1]["first_name"] == "Ben"
    assert (
        room("contacts", "export", "--out", str(tmp_path / "no" / "x"), "--json", status=2).error["code"] == "out_file"
    )


def test_contacts_are_filtered_tagged_changed_and_erased(room):
    filtered = room("contacts", "list", "--filter", "country = france and not_a = 1", "--json", status=2)
    assert filtered.error["code"] == "bad_json"
    french = room("contacts", "list", "--filter", "country = france", "--tag", "vip", "--json").lines
    assert [each["email"] for each in french] == ["ana@example.org"]
    assert room("contacts", "tag", "--filter", "country = France", "--add", "fr", "--json").value == {
        "contacts": 2,
        "changed": 2,
    }
    assert room("contacts", "tag", "ana@example.org", "--remove", "fr", "--json").value["changed"] == 1
    assert room("contacts", "tag", "ana@example.org", "--json", status=2).error["code"] == "bad_option"
    assert room("contacts", "tag", "--add", "x", "--json", status=2).error["code"] == "bad_option"
    changed = room("contacts", "change", "ben@example.net", "--set", "city=Köln", "--json").value
    assert changed["city"] == "Köln"
    assert room("contacts", "change", "ben@example.net", "--set", "shoe=1", "--json", status=2).error["code"] == (
        "unknown_field"
    )
    assert room("contacts", "add", "dee@example.org", "--set", "first_name=Dee", "--json").value["first_name"] == "Dee"
    assert room("contacts", "erase", "dee@example.org", "--json").value["erased"]
    assert room("contacts", "add", "dee@example.org", "--json", status=2).error["code"] == "erased"


def test_imports_are_listed_and_undone(room):
    [batch] = room("contacts", "imports", "--json").lines

    assert batch["counts"]["created"] == 3
    assert room("contacts", "undo-import", batch["id"], "--json").value
    assert room("contacts", "list", "--json").lines == []
    assert room("contacts", "undo-import", "nothing", "--json", status=2).error["code"] == "not_found"


# sequences


def test_a_sequence_goes_from_file_to_archive(room, tmp_path):
    [listed] = room("sequence", "list", "--json").lines
    assert (listed["name"], listed["status"], listed["steps"]) == ("Spring", "draft", 3)
    shown = room("sequence", "show", "Spring", "--json").value
    assert len(shown["document"]["steps"]) == 3
    assert "Hello" in room("sequence", "show", "Spring").out
    checked = room("sequence", "check", "Spring", "--json").value
    assert checked["can_start"] is True
    verbs = ("activate", "pause", "resume", "stop", "archive", "restore")
    states = [room("sequence", verb, "Spring", "--json").value["status"] for verb in verbs]
    assert states == ["active", "paused", "active", "stopped", "archived", "stopped"]
    assert room("sequence", "activate", "Spring", "--json", status=2).error["code"] == "bad_transition"
    assert room("sequence", "resume", "Spring", "--json", status=2).error["code"] == "not_possible"
    assert room("sequence", "archive", "Autumn", "--json", status=2).error["code"] == "not_found"


def test_a_sequence_that_cannot_start_says_all_that_is_wrong(cli, tmp_path):
    file = tmp_path / "bad.json"
    file.write_text(json.dumps({"opendoors_sequence": 1, "name": "Bad", "steps": [{"step_type": "email"}]}))
    cli("sequence", "import", str(file))

    checked = cli("sequence", "check", "Bad", "--json", status=1).value
    assert checked["can_start"] is False
    assert len([each for each in checked["problems"] if each["blocks"]]) > 1
    assert "It can't start." in cli("sequence", "check", "Bad", status=1).out
    assert "1 when it can't" in cli("sequence", "check", "--help").out
    assert cli("sequence", "activate", "Bad", "--json", status=2).error["code"] == "cannot_start"


def test_a_sequence_is_exported_cloned_renamed_and_deleted(room, tmp_path):
    out = tmp_path / "out.json"
    room("sequence", "export", "Spring", "--out", str(out))
    assert json.loads(out.read_text(encoding="utf-8")) == room("sequence", "export", "Spring", "--json").value
    clone = room("sequence", "clone", "Spring", "--name", "Summer", "--json").value
    assert clone["name"] == "Summer"
    assert room("sequence", "rename", "Summer", "June", "--json").value["name"] == "June"
    assert [each["number"] for each in room("sequence", "versions", "June", "--json").lines][-1] == 1
    assert room("sequence", "bring-back", "June", "1", "--json").value["version"] > 1
    assert room("sequence", "show", clone["id"], "--version", "1", "--json").value["steps"]
    assert room("sequence", "delete", clone["id"], "--json").value == {"deleted": True, "archived": False}
    assert room("sequence", "export", "June", "--json", status=2).error["where"] == "June"


def test_the_mailboxes_of_a_sequence_are_chosen_and_an_unknown_one_refused(room):
    room("sequence", "clone", "Spring", "--name", "Autumn")
    address = room("mailbox", "list", "--json").lines[0]["address"]
    assert room("sequence", "send-from", "Autumn", address.upper(), "--json").value["mailboxes"] == [address]
    assert room("sequence", "send-from", "Autumn", address).err == f"“Autumn” sends from {address}.\n"
    checked = room("sequence", "check", "Autumn", "--json", status=None).value
    assert "no_mailbox" not in str(checked)
    assert (
        room("sequence", "send-from", "Autumn", "nobody@example.com", "--json", status=2).error["code"] == "not_found"
    )


def test_stopping_tells_how_many_were_in_it(room):
    room("sequence", "activate", "Spring")
    room("enroll", "Spring", "ana@example.org")
    assert room("sequence", "stop", "Spring").err == "“Spring” is stopped. 1 person was in it.\n"
    assert room("sequence", "archive", "Spring").err == "“Spring” is archived. 0 people were in it.\n"


def test_an_email_of_the_outbox_is_named_in_our_own_words(room):
    assert room("outbox", "resolve", "x", "--as", "sent", status=2).err.startswith("x: There is no email “x”.\nName")
    assert "“opendoors outbox list”" in room("outbox", "resolve", "x", "--as", "sent", status=2).err
    for arguments in ((), ("--as", "lost")):
        error = room("outbox", "resolve", "x", *arguments, "--json", status=2).error
        assert (error["code"], error["where"]) == ("bad_option", "--as")
        assert "--as resend" in error["advice"]


def test_starting_a_draft_tells_the_mailbox_it_chose(cli):
    steps = [{"step_type": "email", "subject_template": "Hello", "body_template": "Hi"}]
    document = {"opendoors_sequence": 1, "name": "June", "steps": steps}
    for name in ("June", "July"):
        cli("sequence", "import", "-", "--name", name, text=json.dumps(document))
    assert "mailbox add" in cli("sequence", "check", "June", status=1).out
    cli("mailbox", "add", "rep@example.com", "--smtp-host", "localhost", "--smtp-security", "none", "--no-password")
    assert "Starting it chooses rep@example.com" in cli("sequence", "check", "June").out
    assert cli("sequence", "activate", "June").err == "“June” is active. It sends from rep@example.com.\n"
    assert cli("sequence", "activate", "July", "--json").value["mailbox"] == "rep@example.com"


def test_a_bad_file_is_told_of_with_every_path(cli, tmp_path):
    file = tmp_path / "bad.json"
    file.write_text(json.dumps({"opendoors_sequence": 1, "name": "", "steps": [{"step_type": "fax"}, {}]}))

    error = cli("sequence", "import", str(file), "--json", status=2).error

    assert error["code"] == "bad_json"
    assert "$.steps[0]" in error["advice"]
    assert "$.steps[1]" in error["advice"]
    told = cli("sequence", "import", str(file), status=2).err.splitlines()
    assert not told[0].startswith("$")
    assert told[1].startswith(f"{error['where']}: ")
    assert cli("sequence", "import", "-", "--json", status=2, text="{nonsense").error["code"] == "not_json"
    assert cli("sequence", "list", "--json").lines == []


def test_a_file_is_checked_only_or_named_and_tells_what_is_missing(room, tmp_path):
    spring = tmp_path / "spring.json"
    assert room("sequence", "import", str(spring), "--check", "--json").value == {"problems": []}
    document = json.loads(spring.read_text()) | {"default_email_account": "gone@example.com"}
    done = room("sequence", "import", "-", "--name", "Other", "--json", status=1, text=json.dumps(document))
    assert (done.value["name"], done.value["unknown_mailboxes"]) == ("Other", ["gone@example.com"])
    assert "gone@example.com" in done.err


def test_a_step_is_sent_to_oneself(room):
    queued = room("sequence", "test", "Spring", "--step", "3", "--json").value
    assert queued["to_address"] == "rep@example.com"
    [email] = room("outbox", "list", "--json").lines
    assert (email["kind"], email["state"], email["to_address"]) == ("test", "planned", "rep@example.com")
    assert room("sequence", "test", "Spring", "--step", "2", "--json", status=2).error["code"] == "no_email"
    assert room("sequence", "test", "Spring", "--step", "9", "--json", status=2).error["code"] == "not_found"
    assert room("sequence", "test", "Spring", "--to", "nobody", "--json", status=2).error["where"] == "nobody"


# folders and templates


def test_folders(room):
    top = room("folder", "add", "Top", "--json").value
    room("folder", "add", "Inside", "--inside", "Top")
    assert [each["path"] for each in room("folder", "list", "--json").lines] == ["Top", "Top/Inside"]
    room("folder", "put", "Spring", "--inside", "Top/Inside")
    assert room("sequence", "list", "--json").lines[0]["folder"] == "Inside"
    assert room("folder", "move", "Top", "--inside", "Inside", "--json", status=2).error["code"] == "folder_circle"
    room("folder", "rename", "Inside", "Within")
    room("folder", "move", "Within")
    assert room("folder", "delete", top["id"], "--json").value == {"folders": 0, "sequences": 0}
    assert room("folder", "delete", "Gone", "--json", status=2).error["code"] == "not_found"


def test_templates(cli, tmp_path):
    body = tmp_path / "body.txt"
    body.write_text("Hi {{ first_name }}", encoding="utf-8")
    cli("template", "add", "Hello", "--subject", "Hi", "--body-file", str(body), "--text", "--tag", "x")
    [template] = cli("template", "list", "--json").lines
    assert (template["name"], template["variables"], template["body_is_html"]) == ("Hello", ["first_name"], False)
    assert cli("template", "change", "Hello", "--body-file", "-", "--json", text="Dear all").value["body"] == "Dear all"
    assert cli("template", "retire", "Hello", "--json").value["sequences"] == 0
    assert cli("template", "list", "--json").lines == []
    assert cli("template", "restore", "Hello", "--json").value["id"] == template["id"]
    assert cli("template", "show", "Hello", "--json").value["subject"] == "Hi"
    assert cli("template", "show", "Bye", "--json", status=2).error["code"] == "not_found"
    assert cli("template", "add", "Bad", "--subject", "{{ first", "--json", status=2).error["code"] == "bad_template"
    assert cli("template", "add", "X", "--body-file", "gone", "--json", status=2).error["code"] == "file_unreadable"
    body.write_bytes(b"\xff\xfe\xfa")
    assert cli("template", "add", "X", "--body-file", str(body), "--json", status=2).error["code"] == "not_utf_8"


# enrollments, forecast, why


def test_contacts_are_enrolled_with_an_answer_for_each(room):
    room("sequence", "activate", "Spring")

    done = room("enroll", "Spring", "ana@example.org", "nobody@example.org", "--json", status=1)

    missing, ana = done.lines
    assert missing["error"]["code"] == "not_found"
    assert (ana["email"], ana["error"]) == ("ana@example.org", None)
    assert ana["next_step_scheduled_at"]
    assert room("enroll", "Spring", "--filter", "country = Germany", "--json").lines[0]["email"] == "ben@example.net"
    refused = room("enroll", "Spring", "ana@example.org", "nobody@example.org", "--json", status=2).lines
    assert [each["error"]["code"] for each in refused] == ["not_found", "already_enrolled"]
    late = room("enroll", "Spring", "cem@example.com", "--start", "2030-01-07T09:00:00Z", "--at-step", "1", "--json")
    assert late.lines[0]["next_step_scheduled_at"].startswith("2030-01-07")
    assert room("enroll", "Spring", "--json", status=2).error["code"] == "bad_option"
    bad = room("enroll", "Spring", "ana@example.org", "--start", "soon", "--json", status=2)
    assert bad.error["where"] == "--start"


def test_T16_a_contact_who_got_and_lost_a_tag_three_times_is_enrolled_by_it_once(room):
    room("sequence", "activate", "Spring")
    for _ in range(3):
        room("contacts", "tag", "ben@example.net", "--add", "trial")
        room("contacts", "tag", "ben@example.net", "--remove", "trial")
    assert room("enroll", "Spring", "--filter", "tags contains trial", "--json").out == ""
    room("contacts", "tag", "ben@example.net", "--add", "trial")

    [ben] = room("enroll", "Spring", "--filter", "tags contains trial", "--json").lines

    assert ben["email"] == "ben@example.net"
    assert [each["contact_email"] for each in room("enrollment", "list", "--json").lines] == ["ben@example.net"]


def test_T43_another_default_zone_leaves_what_is_stored(room):
    room("sequence", "activate", "Spring")
    room("enroll", "Spring", "ana@example.org", "ben@example.net")
    before = room("enrollment", "list", "--json").lines

    room("settings", "set", "zone", "Pacific/Auckland")

    after = room("enrollment", "list", "--json").lines
    assert after == before
    assert all(each["next_step_scheduled_at"].endswith("Z") for each in after)


def test_enrollments_are_paused_resumed_released_and_removed(room):
    room("sequence", "activate", "Spring")
    room("enroll", "Spring", "ana@example.org", "ben@example.net")
    assert room("enrollment", "pause", "ana@example.org", "--json").value["status"] == "paused"
    assert room("enrollment", "pause", "ana@example.org", "--json", status=2).error["code"] == "not_possible"
    assert len(room("enrollment", "list", "--status", "paused", "--sequence", "Spring", "--json").lines) == 1
    assert room("enrollment", "resume", "ana@example.org", "--sequence", "Spring", "--json").value["status"] == "active"
    [entry] = room("enrollment", "list", "--contact", "ana@example.org", "--json").lines
    assert room("enrollment", "release", entry["id"], "--json").value["status"] == "active"
    assert room("enrollment", "list", "--held", "--json").lines == []
    assert room("enrollment", "remove", entry["contact_id"], "--json").value["removed"] is True
    assert room("enrollment", "remove", "ana@example.org", "--json", status=2).error["code"] == "not_enrolled"


def test_forecast_and_why(room):
    room("sequence", "activate", "Spring")
    room("enroll", "Spring", "ana@example.org")

    lines = room("forecast", "Spring", "--days", "14", "--json").lines
    assert lines
    assert all("none" not in each["why"] for each in lines)
    assert {"at", "contact", "sequence", "step", "variant", "mailbox", "why"} <= set(lines[0])
    assert (lines[0]["contact"], lines[0]["sequence"], lines[0]["step"]) == ("ana@example.org", "Spring", 1)
    [answer] = room("why", "ana@example.org", "--json").lines
    assert {"next_action", "at", "held_by", "advice"} <= set(answer)
    assert "Spring" in room("why", "ana@example.org", "Spring").out
    assert room("why", "nobody@example.org", "--json", status=2).error["code"] == "not_found"
    assert room("forecast", "Autumn", "--json", status=2).error["code"] == "not_found"
    assert room("forecast", "--days", "0", "--json", status=2).error["code"] == "usage"


# suppressions, mailboxes, settings, sending, db


def test_suppressions(cli):
    [added] = cli("suppress", "add", "Ana@Example.org", "--json").lines
    assert (added["value"], added["reason"], added["is_new"]) == ("ana@example.org", "do_not_contact", True)
    cli("suppress", "add", "example.net", "--reason", "complaint")
    assert [each["value"] for each in cli("suppress", "list", "--json").lines] == ["ana@example.org", "example.net"]
    assert cli("suppress", "check", "x@example.net", "--json").value["suppressed"] is True
    assert cli("suppress", "check", "x@example.com", "--json").value["suppressed"] is False
    assert "may be written to" in cli("suppress", "check", "x@example.com").out
    assert cli("suppress", "remove", "example.net", "--json").value == {"lifted": 1}
    assert cli("suppress", "remove", "example.net", "--json", status=1).value == {"lifted": 0}
    assert cli("suppress", "add", "no address", "--json", status=2).error["code"] == "bad_address"


def test_mailboxes(cli):
    added = cli(
        *("mailbox", "add", "rep@example.com", "--smtp-host", "smtp.example.com", "--imap-host", "imap.example.com"),
        *("--daily-cap", "50", "--gap", "60", "--password-stdin", "--json"),
        text="a secret\n",
    )
    assert set(added.value) == {"id", "address"}
    [mailbox] = cli("mailbox", "list", "--json").lines
    assert (mailbox["smtp"]["port"], mailbox["imap"]["port"], mailbox["limits"]["daily_cap"]) == (587, 993, 50)
    assert "a secret" not in cli("mailbox", "show", "rep@example.com").out
    changed = cli("mailbox", "change", "rep@example.com", "--no-caps", "--hourly-cap", "9", "--json").value
    assert (changed["limits"]["daily_cap"], changed["limits"]["hourly_cap"]) == (None, 9)
    assert cli("mailbox", "pause", "rep@example.com", "--json").value["status"] == "paused"
    assert cli("mailbox", "resume", "REP@example.com", "--json").value["status"] == "active"
    assert cli("mailbox", "resume", "rep@example.com", "--json", status=2).error["code"]
    assert cli("mailbox", "password", "rep@example.com", "--password-stdin", "--json", text="x\n").value["id"]
    assert cli("mailbox", "remove", "rep@example.com", "--json").value["moved"] == 0
    assert cli("mailbox", "remove", "rep@example.com", "--json", status=2).error["code"] == "not_found"


def test_a_password_is_never_an_argument_nor_asked_for_without_a_terminal(cli):
    arguments = ["mailbox", "add", "rep@example.com", "--smtp-host", "smtp.example.com", "--json"]

    assert cli(*arguments, status=2).error["code"] == "no_terminal"
    assert cli(*arguments, "--password", "x", status=2).error["code"] == "usage"
    assert cli("mailbox", "add", "x", "--smtp-host", "", "--no-password", "--json", status=2).error["code"] == (
        "bad_mailbox"
    )


def test_a_mailbox_that_cannot_be_reached_is_status_4(room):
    room("mailbox", "add", "far@example.com", "--smtp-host", "127.0.0.1", "--smtp-port", "1", "--no-password", *SECURE)

    done = room("mailbox", "test", "far@example.com", "--json", status=4)

    assert done.value["ok"] is False
    assert done.value["stages"][0]["name"] == "connect"


SECURE = ("--smtp-security", "none")


def test_settings(cli):
    assert "zone" in cli("settings", "list", "--json").value
    assert cli("settings", "set", "zone", "Europe/Paris", "--json").value["zone"] == "Europe/Paris"
    assert cli("settings", "show", "zone", "--json").value == "Europe/Paris"
    assert cli("settings", "set", "opt_out_line_is_on", "no", "--json").value["opt_out_line_is_on"] is False
    values = cli("settings", "set", "fallback.first_name", "there", "--json").value
    assert values["fallback.first_name"] == "there"
    assert cli("settings", "set", "zone", "Mars", "--json", status=2).error["code"] == "bad_workspace"
    assert cli("settings", "set", "colour", "red", "--json", status=2).error["code"] == "not_found"
    assert cli("settings", "set", "opt_out_line_is_on", "perhaps", "--json", status=2).error["code"] == "bad_setting"
    cli("settings", "add-day-off", "2026-12-31", "--name", "Inventory")
    assert cli("settings", "days-off", "--json").lines[0]["day"] == "2026-12-31"
    cli("settings", "remove-day-off", "2026-12-31")
    assert cli("settings", "remove-day-off", "2026-12-31", "--json", status=2).error["code"] == "not_found"
    assert cli("settings", "add-day-off", "never", "--json", status=2).error["code"] == "bad_option"


def test_sending(cli):
    assert cli("sending", "status", "--json").value["may_send"] is False
    assert cli("sending", "on", "--json").value["may_send"] is True
    assert cli("sending", "stop-everything", "--json").value["may_send"] is False
    assert cli("sending", "stop-everything", "--json", status=2).error["code"] == "not_possible"
    assert "stopped since" in cli("sending", "status").out
    assert cli("sending", "release", "--json").value["may_send"] is True
    assert cli("sending", "off", "--json").value["is_on"] is False
    assert cli("sending", "release", "--json", status=2).error["code"] == "not_possible"


def test_db(room, store_url):
    info = room("db", "info", "--json").value
    expected = "postgresql" if store_url.startswith("postgresql") else "sqlite"
    assert (info["database"], info["rows"]["contacts"]) == (expected, 3)
    assert room("db", "upgrade", "--json").value == {"revision": info["revision"]}
    assert room("db", "check", "--json").value == {"damage": [], "differences": [], "misplaced": []}
    assert "as it should be" in room("db", "check").out


def test_a_store_is_moved_and_its_copy_sends_nothing(room, store_url, postgres_server, tmp_path):
    sent_from = room("sending", "on", "--json").value["is_on"]
    target = postgres_server.new_database() if "://" not in store_url else str(tmp_path / "moved.db")
    room("sending", "off")
    value = room("db", "move", store_url, target, "--json").value
    assert (sent_from, value["rows"]["contacts"]) == (True, 3)
    assert len(room("contacts", "list", "--store", target, "--json").lines) == 3
    status = room("sending", "status", "--store", target, "--json").value
    assert (status["doubt"], status["may_send"]) == ("copied", False)
    assert room("db", "move", store_url, target, "--json", status=2).error["code"] == "target_in_use"
    assert room("sending", "on", "--store", target, "--json").value["may_send"] is True
    made = room("db", "backup", "--store", target, "--json").value["backup"]
    assert made in room("db", "info", "--store", target).out


@pytest.mark.sqlite
def test_fault_22_a_damaged_store_gets_its_backup_back(room, data_dir):
    made = room("db", "backup", "--json").value["backup"]
    assert [each["path"] for each in room("db", "info", "--json").value["backups"]] == [made]
    assert made in room("db", "info").out
    (data_dir / "opendoors.db").write_bytes(b"scribbled over" * 1000)
    assert f"puts back the last backup, {made}" in room("contacts", "list", "--json", status=3).error["advice"]

    done = room("db", "restore", "--json").value

    assert done["backup"] == made
    assert (data_dir / "backups" / Path(done["replaced"]).name).read_bytes() == b"scribbled over" * 1000
    assert len(room("contacts", "list", "--json").lines) == 3
    assert room("db", "restore", str(data_dir / "none.db"), "--json", status=2).error["code"] == "not_found"
    assert "was put back" in room("db", "restore").err


def test_a_total_that_is_wrong_is_listed(room, store_url):
    store = Store.open(store_url, create=False)
    with store.write() as unit:
        unit.run("UPDATE sequences SET total_sent = 5")
    store.close()

    [difference] = room("db", "check", "--json", status=1).value["differences"]

    assert (difference["column"], difference["stored"], difference["counted"]) == ("total_sent", 5, 0)
    assert "total_sent" in room("db", "check", status=1).out


def test_a_store_that_cannot_be_used_is_status_3(cli, tmp_path):
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"not a database, and never was one" * 99)

    for command in (["contacts", "list"], ["db", "info"], ["scheduler", "--once"]):
        assert cli(*command, "--store", str(broken), "--json", status=3).error["code"].startswith("store")
    assert "no folder" in cli("db", "info", "--store", str(tmp_path / "no" / "x.db"), "--json", status=3).error["title"]
    assert not (tmp_path / "no").exists()
