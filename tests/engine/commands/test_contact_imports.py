"""Importing contacts: counts, duplicates, suppressions, problems, and what is left when it is cut short."""

import csv
import os
import subprocess
import sys
import tracemalloc
from dataclasses import replace

import pytest

from opendoors_desktop.domain.contact import OnDuplicate
from opendoors_desktop.domain.contact_field import FieldKind
from opendoors_desktop.domain.errors import InputError, NotFound, NotPossible
from opendoors_desktop.domain.suppression import SuppressionReason
from opendoors_desktop.engine.commands import contact_imports
from opendoors_desktop.engine.commands.contact_imports import Watch, import_contacts
from opendoors_desktop.engine.commands.contacts import (
    add_contact,
    erase_contact,
    find_contact,
    list_contacts,
    show_contact,
    tag_contacts,
    untag_contacts,
)
from opendoors_desktop.engine.commands.import_undo import list_imports
from opendoors_desktop.engine.commands.suppressions import check_suppression, suppress
from opendoors_desktop.engine.import_report import ImportOptions
from opendoors_desktop.store import contacts
from opendoors_desktop.store.check import find_damage
from opendoors_desktop.store.imports import ImportState

HEADER = "email,first_name,last_name,company,city,tags\n"


@pytest.fixture
def file(tmp_path):
    def write(content, name="people.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def people(count, first=0):
    return HEADER + "".join(f"user{n}@acme.example.com,Ana,Silva,Acme,Lyon,lead\n" for n in range(first, first + count))


def counts(report):
    told = report.as_json()
    assert told["rows"] == told["created"] + told["updated"] + told["unchanged"] + told["skipped"]
    return tuple(told[name] for name in ("rows", "created", "updated", "unchanged", "skipped"))


def codes(report):
    return [(problem.line, problem.column, problem.code) for problem in report.problems]


def test_rows_become_contacts(any_context, file):
    context = any_context
    path = file(HEADER + "Ana@Acme.example.com,Ana,Silva,Acme Ltd,Lyon,lead;vip\nbo@gmail.com,Bo,,Bo & Sons,,\n")
    report = import_contacts(context, path, ImportOptions(tags=("fair", " ", "LEAD")))
    assert counts(report) == (2, 2, 0, 0, 0)
    ana, bo = find_contact(context, "ana@ACME.example.com"), find_contact(context, "bo@gmail.com")
    assert (ana.email, ana.first_name, ana.last_name, ana.company, ana.city) == (
        "Ana@acme.example.com",
        "Ana",
        "Silva",
        "Acme Ltd",
        "Lyon",
    )
    assert (ana.tags, bo.tags) == (("lead", "vip", "fair"), ("fair", "LEAD"))
    assert (ana.owner_id, ana.source, ana.import_batch_id) == (context.scope.user_id, "import", report.batch_id)
    assert ana.company_id is not None
    assert (bo.company, bo.company_id) == ("Bo & Sons", None)
    assert ana.created_at == ana.updated_at == context.clock.now()
    assert [batch.state for batch in list_imports(context)] == [ImportState.DONE]


@pytest.mark.parametrize(
    "on_duplicate, city, expected",
    [
        (OnDuplicate.SKIP, "", (3, 0, 0, 0, 3)),
        (OnDuplicate.FILL, "Lyon", (3, 0, 1, 2, 0)),
        (OnDuplicate.OVERWRITE, "Lyon", (3, 0, 2, 1, 0)),
    ],
)
def test_contacts_that_are_there_already(any_context, file, on_duplicate, city, expected):
    context = any_context
    first = HEADER + "a@x.example.com,Ana,,,,\nb@x.example.com,Bo,,,Paris,\nc@x.example.com,Cy,,,,\n"
    import_contacts(context, file(first))
    again = HEADER + "A@x.example.com,Ana,,,Lyon,\nb@x.example.com,,,,Rome,\nc@x.example.com,Cy,,,,\n"
    assert counts(import_contacts(context, file(again), ImportOptions(on_duplicate=on_duplicate))) == expected
    assert find_contact(context, "a@x.example.com").city == city
    assert find_contact(context, "b@x.example.com").city == (
        "Rome" if on_duplicate is OnDuplicate.OVERWRITE else "Paris"
    )
    assert find_contact(context, "a@x.example.com").email == "a@x.example.com"


def test_tags_are_given_to_those_who_are_there_as_well(context, file):
    import_contacts(context, file("email,tags\na@x.example.com,old\n"))
    report = import_contacts(context, file("email,tags\na@x.example.com,new\n"), ImportOptions(tags=("fair", "OLD")))
    assert counts(report) == (1, 0, 1, 0, 0)
    assert find_contact(context, "a@x.example.com").tags == ("old", "new", "fair")


def test_T15_one_contact_for_addresses_that_differ_in_case(any_context, file):
    context = any_context
    report = import_contacts(context, file("email,city\nAna@x.com,\nana@X.com,Lyon\nANA@x.com,Rome\n"))
    assert counts(report) == (3, 1, 1, 1, 0)
    (only,) = list_contacts(context)
    assert (only.email, only.city) == ("Ana@x.com", "Lyon")


def test_T15_also_across_commits(context, file, monkeypatch):
    monkeypatch.setattr(contact_imports, "BATCH", 1)
    report = import_contacts(context, file("email,city\nAna@x.com,\nana@X.com,Lyon\nANA@x.com,Rome\n"))
    assert counts(report) == (3, 1, 1, 1, 0)
    assert [contact.city for contact in list_contacts(context)] == ["Lyon"]


def test_T16_a_contact_is_listed_once_however_often_it_is_tagged(any_context, file):
    context = any_context
    import_contacts(context, file("email\nana@x.example.com\n"))
    (ana,) = list_contacts(context)
    for _ in range(3):
        assert tag_contacts(context, [ana.id, ana.id], ["Fair"]) == 1
        assert untag_contacts(context, [ana.id], ["fair"]) == 1
    tag_contacts(context, [ana.id], ["Fair"])
    assert [contact.id for contact in list_contacts(context, tag="fair")] == [ana.id]
    assert list(list_contacts(context, tag="other")) == []


@pytest.mark.parametrize("on_duplicate", OnDuplicate)
def test_T58_no_import_clears_a_suppression(any_context, file, on_duplicate):
    context = any_context
    import_contacts(context, file("email,city\nana@x.example.com,\nbo@y.example.com,\n"))
    suppress(context, "ANA@x.example.com", SuppressionReason.UNSUBSCRIBED, source="reply")
    suppress(context, "y.example.com")
    before = [check_suppression(context, address) for address in ("ana@x.example.com", "bo@y.example.com")]
    path = file("email,city\nana@x.example.com,Lyon\nbo@y.example.com,Rome\n")
    import_contacts(context, path, ImportOptions(on_duplicate=on_duplicate))
    assert [check_suppression(context, address) for address in ("ana@x.example.com", "bo@y.example.com")] == before
    assert [entry.reason for entry in before[0]] == [SuppressionReason.UNSUBSCRIBED]
    assert find_contact(context, "ana@x.example.com").city == ("" if on_duplicate is OnDuplicate.SKIP else "Lyon")


def test_fault_42_a_new_contact_with_a_suppressed_address_stays_suppressed(context, file):
    suppress(context, "ana@x.example.com", SuppressionReason.UNSUBSCRIBED)
    assert counts(import_contacts(context, file("email\nana@x.example.com\n"))) == (1, 1, 0, 0, 0)
    assert [entry.reason for entry in show_contact(context, "ana@x.example.com").suppressions] == [
        SuppressionReason.UNSUBSCRIBED
    ]


@pytest.mark.parametrize("dry_run", [True, False])
def test_an_erased_person_does_not_come_back(any_context, file, dry_run, tmp_path):
    context = any_context
    import_contacts(context, file("email\nana@x.example.com\nbo@x.example.com\n"))
    erase_contact(context, find_contact(context, "ana@x.example.com").id)
    path = file("email\nAna@X.example.com\nbo@x.example.com\ncy@x.example.com\n")
    report = import_contacts(context, path, dry_run=dry_run, left_out=tmp_path / "left.csv")
    assert counts(report) == (3, 1, 0, 1, 1)
    assert codes(report) == [(2, None, "erased")]
    assert "Ana@X.example.com" in (tmp_path / "left.csv").read_text(encoding="utf-8")
    with pytest.raises(InputError) as caught:
        add_contact(context, {"email": "ANA@x.example.com"})
    assert caught.value.code == "erased"


def test_a_deleted_contact_comes_back(any_context, file):
    context = any_context
    import_contacts(context, file("email,city\nana@x.example.com,Lyon\n"))
    (ana,) = list_contacts(context)
    with context.store.write() as unit:
        contacts.archive(unit, [ana.id], context.clock.now())
    assert list(list_contacts(context)) == []
    path = file("email,city\nana@x.example.com,Rome\n")
    report = import_contacts(context, path, ImportOptions(on_duplicate=OnDuplicate.SKIP), dry_run=True)
    assert counts(report) == (1, 0, 1, 0, 0)
    report = import_contacts(context, path, ImportOptions(on_duplicate=OnDuplicate.SKIP))
    assert counts(report) == (1, 0, 1, 0, 0)
    assert find_contact(context, "ana@x.example.com").id == ana.id


@pytest.mark.parametrize("content", [people(5).encode("utf-8-sig"), people(5).encode("utf-16")])
def test_T71_byte_order_marks_are_no_part_of_a_name(context, file, content):
    assert counts(import_contacts(context, file(content))) == (5, 5, 0, 0, 0)


def test_T71_semicolons_tabs_and_older_encodings(context, file):
    text = "E-Mail;Vorname;Nachname\r\na@x.example.com;Jürgen;Müller\r\n"
    report = import_contacts(context, file(text.encode("cp1252")))
    assert counts(report) == (1, 1, 0, 0, 0)
    assert "read as cp1252" in report.notes[0]
    assert find_contact(context, "a@x.example.com").name == "Jürgen Müller"
    assert counts(import_contacts(context, file(text.replace(";", "\t").encode("cp1252")))) == (1, 0, 0, 1, 0)


def test_T71_without_addresses_nothing_is_written_and_the_columns_are_named(context, file):
    with pytest.raises(InputError) as caught:
        import_contacts(context, file("Vorname;Stadt\nAna;Lyon\n"))
    assert caught.value.code == "no_email_column"
    assert list_imports(context) == []


NAMES = {"zh@x.example.com": "王伟", "ja@x.example.com": "山田太郎", "de@x.example.com": "Jürgen"}
SCRIPT = """
import sys
import warnings
warnings.filterwarnings("error", category=EncodingWarning, module="opendoors_desktop")
from pathlib import Path
from opendoors_desktop.engine.clock import RealClock, id_source
from opendoors_desktop.engine.commands.contact_imports import import_contacts
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.entrance import enter
from opendoors_desktop.store.database import Store

store = Store.open(sys.argv[1])
clock = RealClock()
ids = id_source(clock)
context = Context(store, clock, ids, enter(store, clock.now(), ids), None, Path("."))
report = import_contacts(context, Path(sys.argv[2]), left_out=Path(sys.argv[3]))
assert report.counts.created == 3, report
store.close()
"""


def test_T72_names_do_not_depend_on_the_computer_s_own_encoding(context, file, tmp_path, python):
    path = file("email,first name\n" + "".join(f"{key},{name}\n" for key, name in NAMES.items()) + "bad,Zoë\n")
    context.store.close()
    environment = {
        **os.environ,
        "LC_ALL": "C",
        "LANG": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONIOENCODING": "cp1252",
        "PYTHONWARNDEFAULTENCODING": "1",
    }
    left = tmp_path / "left.csv"
    store = context.store.location.target
    done = subprocess.run(
        [python, "-c", SCRIPT, str(store), str(path), str(left)], env=environment, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    assert "Zoë" in left.read_text(encoding="utf-8-sig")
    found = {contact.email: contact.first_name for contact in list_contacts(context)}
    assert found == NAMES


def test_T73_one_bad_address_of_a_hundred_is_reported_and_the_rest_is_taken(any_context, file, tmp_path):
    text = people(99) + "müller@example.com,Max,Müller,,,\n"
    report = import_contacts(any_context, file(text), left_out=tmp_path / "left.csv")
    assert counts(report) == (100, 99, 0, 0, 1)
    assert codes(report) == [(101, "email", "needs_smtputf8")]
    rows = list(csv.DictReader((tmp_path / "left.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["email"], row["line"]) for row in rows] == [("müller@example.com", "101")]


def test_T74_many_rows_are_taken_in_bounded_memory_and_short_commits(context, file):
    path = file(people(6_000))
    small = file(people(1_000, first=50_000), "small.csv")
    import_contacts(context, small)
    tracemalloc.start()
    report = import_contacts(context, path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert counts(report) == (6_000, 6_000, 0, 0, 0)
    assert peak < 8_000_000


def test_T74_a_cancelled_import_goes_on_where_it_was(context, file, monkeypatch):
    monkeypatch.setattr(contact_imports, "BATCH", 10)
    text = people(25) + "bad\n" + people(9, first=25).removeprefix(HEADER)
    seen = []
    watch = Watch(progress=lambda done, size: seen.append((done, size)), is_cancelled=lambda: len(seen) == 2)
    cut = import_contacts(context, file(text), watch=watch)
    assert cut.is_cancelled
    assert counts(cut) == (20, 20, 0, 0, 0)
    assert list_imports(context)[0].state is ImportState.CANCELLED
    report = import_contacts(context, file(text), resume=cut.batch_id)
    assert not report.is_cancelled
    assert counts(report) == (35, 34, 0, 0, 1)
    assert codes(report) == [(27, "email", "no_at")]
    assert len(list(list_contacts(context))) == 34
    with pytest.raises(NotPossible):
        import_contacts(context, file(text), resume=cut.batch_id)


def test_going_on_needs_the_same_file(context, file):
    cut = import_contacts(context, file(people(5)), watch=Watch(is_cancelled=lambda: True))
    with pytest.raises(InputError) as caught:
        import_contacts(context, file(people(6)), resume=cut.batch_id)
    assert caught.value.code == "another_file"
    with pytest.raises(NotFound):
        import_contacts(context, file(people(5)), resume=context.new_id())


def test_T75_a_bad_row_costs_itself_alone(context, file, tmp_path):
    text = people(5_000) + "nonsense,,,,,\n" + people(10, first=5_000).removeprefix(HEADER)
    report = import_contacts(context, file(text), left_out=tmp_path / "left.csv")
    assert counts(report) == (5_011, 5_010, 0, 0, 1)
    assert codes(report) == [(5_002, "email", "no_at")]
    assert "nonsense,,,,,,5002," in (tmp_path / "left.csv").read_text(encoding="utf-8-sig")


def test_T76_breaks_in_names_are_cleaned(context, file):
    report = import_contacts(context, file('email,first name\nana@x.example.com,"A\r\nBcc: x@y.example"\n'))
    assert counts(report) == (1, 1, 0, 0, 0)
    assert find_contact(context, "ana@x.example.com").first_name == "A Bcc: x@y.example"


def test_T80_fault_37_formulas_come_in_as_they_are_meant(context, file):
    import_contacts(context, file("email,first name,phone\nana@x.example.com,\"'=1+1\",'+49 30 1234567\n"))
    ana = find_contact(context, "ana@x.example.com")
    assert (ana.first_name, ana.phone) == ("=1+1", "+49 30 1234567")


def test_fault_35_ragged_rows_are_reported_by_line(context, file):
    text = "email,name,city\na@x.example.com,Ana\nb@x.example.com,Bo,Lyon,more\nc@x.example.com,Cy,Rome\n"
    report = import_contacts(context, file(text + 'd@x.example.com,"open,Oslo\ne@x.example.com,Ed,Oslo\n'))
    assert counts(report) == (5, 3, 0, 0, 2)
    assert codes(report) == [(2, None, "short_row"), (3, None, "long_row"), (5, None, "unclosed_quote")]


KILLED = (
    SCRIPT.replace("left_out=Path(sys.argv[3])", "watch=watch")
    .replace(
        "report =",
        "import os, signal\nfrom opendoors_desktop.engine.commands.contact_imports import Watch\n"
        "watch = Watch(after_batch=lambda ids: os.kill(os.getpid(), signal.SIGKILL) if any_more() else None)\nreport =",
    )
    .replace("store = Store", "left = [3]\ndef any_more():\n    left[0] -= 1\n    return left[0] < 0\nstore = Store")
)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")
def test_fault_35_killed_at_half_it_goes_on_and_nothing_is_there_twice(context, file, python, tmp_path):
    path = file(people(3_000))
    done = subprocess.run([python, "-c", KILLED, context.store.location.target, str(path)], check=False)
    assert done.returncode == -9
    (batch,) = list_imports(context)
    assert batch.state is ImportState.RUNNING
    assert batch.counts.created == 2_000
    with context.store.read() as unit:
        assert contacts.count_contacts(unit, context.scope.workspace_id) == 2_000
        assert find_damage(unit) == []
    assert counts(import_contacts(context, path, dry_run=True)) == (3_000, 1_000, 0, 2_000, 0)
    assert counts(import_contacts(context, path, resume=batch.id)) == (3_000, 3_000, 0, 0, 0)
    assert counts(import_contacts(context, path)) == (3_000, 0, 0, 3_000, 0)


def test_fault_38_names_of_every_kind_come_back_as_they_are(context, file, tmp_path):
    names = ["NULL", "undefined", "Robert'); DROP TABLE contacts;--", "<img src=x onerror=alert(1)>", "{{ 7*7 }}"]
    names += [
        "Ｆｕｌｌ",
        "👩\u200d💻",
        "محمد",
        "\u200fעברית",
        "%s%n",
        "../../etc/passwd",
        "1e5",
        "-0",
        "0x10",
        "C:\\dir\\",
    ]
    path = tmp_path / "names.csv"
    with path.open("w", encoding="utf-8", newline="") as sink:
        writer = csv.writer(sink)
        writer.writerow(["email", "first name"])
        writer.writerows([f"n{place}@x.example.com", name] for place, name in enumerate(names))
        writer.writerow(["long@x.example.com", "x" * 10_000])
    report = import_contacts(context, path)
    assert counts(report) == (len(names) + 1, len(names), 0, 0, 1)
    assert codes(report) == [(len(names) + 2, "first name", "too_long")]
    found = {contact.email: contact.first_name for contact in list_contacts(context)}
    assert [found[f"n{place}@x.example.com"] for place in range(len(names))] == names


@pytest.mark.parametrize("on_duplicate", OnDuplicate)
def test_a_dry_run_writes_nothing_and_gives_the_same_report(any_context, file, on_duplicate, monkeypatch):
    context = any_context
    monkeypatch.setattr(contact_imports, "BATCH", 3)
    import_contacts(context, file("email,city\na@x.example.com,\nb@x.example.com,Rome\n"))
    text = "email,city,plan\nA@x.example.com,Lyon,x\nnew@x.example.com,,\nNEW@x.example.com,Oslo,\nbad,,\n"
    path = file(text + "b@x.example.com,Bonn,\nnew@x.example.com,Bern,y\nn2@x.example.com,,\n")
    options = ImportOptions((("plan", "custom.plan"),), on_duplicate=on_duplicate)
    before = list(list_contacts(context)), list_imports(context)
    dry = import_contacts(context, path, options, dry_run=True)
    assert (list(list_contacts(context)), list_imports(context)) == before
    wet = import_contacts(context, path, options)
    assert replace(dry, batch_id=wet.batch_id) == wet


def test_columns_become_own_fields_where_a_person_says_so(any_context, file):
    context = any_context
    text = 'email,Anz. Trailer,Since,Note\na@x.example.com,"1,5",31/1/2026,hello\nb@x.example.com,ca. 3,,\n'
    overrides = (("Anz. Trailer", "custom.trailers:number"), ("Since", "custom.since:date"))
    report = import_contacts(context, file(text), ImportOptions(overrides))
    assert counts(report) == (2, 2, 0, 0, 0)
    assert codes(report) == [(3, "Anz. Trailer", "not_a_number")]
    assert find_contact(context, "a@x.example.com").custom == {"trailers": 1.5, "since": "2026-01-31"}
    assert any("Left out: Note" in note for note in report.notes)
    assert "New fields: Anz. Trailer, Since." in report.notes
    with context.store.read() as unit:
        fields = contacts.own_fields(unit, context.scope.workspace_id)
    assert [(field.name, field.label, field.kind) for field in fields] == [
        ("since", "Since", FieldKind.DATE),
        ("trailers", "Anz. Trailer", FieldKind.NUMBER),
    ]
    again = import_contacts(context, file("email,trailers\nc@x.example.com,7\n"))
    assert find_contact(context, "c@x.example.com").custom == {"trailers": 7}
    assert again.notes == ()


def test_who_was_taken_is_told_after_each_commit(context, file, monkeypatch):
    monkeypatch.setattr(contact_imports, "BATCH", 2)
    told = []
    import_contacts(context, file(people(3)), watch=Watch(after_batch=lambda ids: told.append(len(ids))))
    import_contacts(context, file(people(3)), watch=Watch(after_batch=lambda ids: told.append(len(ids))))
    skip = ImportOptions(on_duplicate=OnDuplicate.SKIP)
    import_contacts(context, file(people(3)), skip, watch=Watch(after_batch=lambda ids: told.append(len(ids))))
    assert told == [2, 1, 2, 1, 0, 0]


def test_many_companies_are_not_all_remembered(context, file, monkeypatch):
    monkeypatch.setattr(contact_imports, "BATCH", 2)
    monkeypatch.setattr("opendoors_desktop.engine.import_target._REMEMBERED_COMPANIES", 1)
    text = "email,company\n" + "".join(f"a@d{n}.example.com,Firm {n}\n" for n in range(7)) + "b@d0.example.com,Else\n"
    assert counts(import_contacts(context, file(text))) == (8, 8, 0, 0, 0)
    with context.store.read() as unit:
        rows = unit.rows("SELECT name FROM companies ORDER BY domain")
    assert [row[0] for row in rows] == [f"Firm {n}" for n in range(7)]


def test_a_contact_is_known_by_its_other_addresses(any_context, file):
    context = any_context
    ana = add_contact(context, {"email": "ana@x.example.com"})
    with context.store.write() as unit:
        contacts.keep_former_address(unit, ana, "ana@old.example.com", context.clock.now())
    report = import_contacts(context, file("email,city\nANA@old.example.com,Lyon\n"))
    assert counts(report) == (1, 0, 1, 0, 0)
    assert find_contact(context, "ana@x.example.com").city == "Lyon"


@pytest.mark.parametrize("batch", [1, 10])
def test_rows_by_several_addresses_of_one_contact_add_up(context, file, monkeypatch, batch):
    monkeypatch.setattr(contact_imports, "BATCH", batch)
    ana = add_contact(context, {"email": "ana@x.example.com"})
    with context.store.write() as unit:
        contacts.keep_former_address(unit, ana, "ana@old.example.com", context.clock.now())
    rows = "ana@old.example.com,Lyon,\nana@x.example.com,,FR\nana@old.example.com,Lyon,\n"
    path = file("email,city,country\n" + rows)
    assert counts(import_contacts(context, path, dry_run=True)) == (3, 0, 2, 1, 0)
    assert counts(import_contacts(context, path)) == (3, 0, 2, 1, 0)
    ana = find_contact(context, "ana@x.example.com")
    assert (ana.city, ana.country, ana.zone) == ("Lyon", "FR", "Europe/Paris")


def test_a_deleted_contact_that_comes_twice_comes_back_once(context, file):
    import_contacts(context, file("email\nana@x.example.com\n"))
    with context.store.write() as unit:
        contacts.archive(unit, [contact.id for contact in list_contacts(context)], context.clock.now())
    text = "email,city\nana@x.example.com,\nana@x.example.com,\nana@x.example.com,Rome\nana@x.example.com,Oslo\n"
    assert counts(import_contacts(context, file(text))) == (4, 0, 2, 2, 0)


def test_a_file_of_names_alone_imports_nothing(context, file):
    report = import_contacts(context, file("email,name\n"))
    assert counts(report) == (0, 0, 0, 0, 0)
    assert list_imports(context)[0].state is ImportState.DONE
