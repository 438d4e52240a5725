"""Which column goes where."""

import pytest

from opendoors_desktop.domain.contact_field import ContactField, FieldKind, Notation
from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.domain.import_columns import name_columns, plan_columns

SIZE = ContactField("size", "Company size", FieldKind.NUMBER)


def fields_of(names, samples=(), **more):
    return [column.field for column in plan_columns(names, samples, **more).columns]


def refused(*overrides, names=("Email", "Name"), own_fields=()):
    with pytest.raises(InputError) as caught:
        plan_columns(names, [], overrides=overrides, own_fields=own_fields)
    return caught.value


def test_names_every_column_once():
    assert name_columns(["Email", " ", "email", "EMAIL"], 5) == (
        "Email",
        "Column 2",
        "email (2)",
        "EMAIL (3)",
        "Column 5",
    )


def test_matches_by_name():
    assert fields_of(["E-Mail", "Vorname", "Nachname", "Firma", "Notizen"]) == [
        "email",
        "first_name",
        "last_name",
        "company",
        None,
    ]


def test_the_surer_name_wins_and_the_other_is_left_out():
    assert fields_of(["Mobile", "Phone", "Email"]) == [None, "phone", "email"]
    plan = plan_columns(["Mobile", "Phone", "Email"], [])
    assert plan.left_out == ("Mobile",)
    assert plan.column_of("tags") is None


def test_a_name_beside_first_names_is_a_last_name():
    assert fields_of(["Vorname", "Name", "Email"]) == ["first_name", "last_name", "email"]
    assert fields_of(["Prénom", "Nom", "Email"]) == ["first_name", "last_name", "email"]
    assert fields_of(["Name", "Email"]) == ["full_name", "email"]
    assert fields_of(["First name", "Full name", "Email"]) == ["first_name", "full_name", "email"]


def test_a_lone_nome_is_a_whole_name():
    assert fields_of(["Nome", "Email"]) == ["full_name", "email"]
    assert fields_of(["Nome", "Cognome", "Email"]) == ["first_name", "last_name", "email"]
    assert fields_of(["First name", "Email"]) == ["first_name", "email"]


def test_what_a_person_says_of_names_stands():
    assert fields_of(["Nome", "Email"], overrides=[("Nome", "first_name")]) == ["first_name", "email"]
    assert fields_of(["Vorname", "Name", "Email"], overrides=[("Name", "full_name")]) == [
        "first_name",
        "full_name",
        "email",
    ]


def test_addresses_are_found_by_values():
    samples = [["1", "ana@example.com"], ["2", "bo@example.com"], ["3", ""], []]
    assert fields_of(["id", "who"], samples) == [None, "email"]


def test_a_column_called_email_without_addresses_gives_way():
    samples = [["yes", "ana@example.com"], ["no", "bo@example.com"]]
    assert fields_of(["Email", "Login"], samples) == [None, "email"]
    assert fields_of(["Email", "Login"], samples, overrides=[("Email", "email")]) == ["email", None]


def test_a_column_called_email_with_bad_addresses_stays():
    assert fields_of(["Email", "Login"], [["nonsense", "else"]]) == ["email", None]


def test_profiles_are_found_by_values():
    samples = [["ana@example.com", "https://www.linkedin.com/in/ana"]]
    assert fields_of(["Email", "Where"], samples) == ["email", "linkedin_url"]
    assert fields_of(["Email", "Where", "LinkedIn"], samples) == ["email", None, "linkedin_url"]


def test_the_person_rules():
    names = ["Email", "Work e-mail", "Anz. Trailer", "Land"]
    assert fields_of(
        names,
        overrides=[("work E-mail", "Email"), ("Anz Trailer", "custom.Trailer count"), ("4", "-"), ("Email", "skip")],
    ) == [None, "email", "custom.trailer_count", None]


def test_other_words_for_a_field_are_taken():
    overrides = [("a", "email"), ("b", "company_name"), ("c", "linkedin"), ("d", "name"), ("e", "job_title")]
    assert fields_of(list("abcde"), overrides=overrides) == ["email", "company", "linkedin_url", "full_name", "title"]


def test_own_fields_have_a_kind_and_a_notation():
    plan = plan_columns(
        ["Email", "Company size", "custom.plan", "Since", "custom.1"],
        [["a@example.com", "1,5", "x", "31/1/2026", ""]],
        overrides=[("Since", "custom.since:date")],
        own_fields=[SIZE],
    )
    assert [column.field for column in plan.columns] == ["email", "custom.size", "custom.plan", "custom.since", None]
    assert plan.kinds == {"size": FieldKind.NUMBER, "plan": FieldKind.TEXT, "since": FieldKind.DATE}
    assert plan.notations["size"] == Notation(",", None)
    assert plan.notations["since"] == Notation(".", True)


def test_a_column_may_say_its_kind():
    plan = plan_columns(["Email", "custom.Team size:number", "custom.size:text"], [], own_fields=[SIZE])
    assert [column.field for column in plan.columns] == ["email", "custom.team_size", None]
    assert plan.kinds == {"team_size": FieldKind.NUMBER}


def test_the_very_field_names_are_surest():
    assert fields_of(["E-Mail", "email"]) == [None, "email"]


def test_all_that_is_wrong_is_said_at_once():
    fault = refused(
        ("Nope", "email"),
        ("Email", "nonsense"),
        ("Name", "custom.1"),
        ("Email", "email"),
        ("Email", "title"),
        ("Name", "title"),
        ("2", "custom.x:colour"),
        ("Name", "custom.size:text"),
        own_fields=[SIZE],
    )
    assert fault.code == "bad_mapping"
    for part in (
        "no column “Nope”",
        "no field “nonsense”",
        "“1” can't be",
        "“Email” is given twice",
        "two columns are given for title",
        "“colour” is no kind",
        "“size” is of kind number",
    ):
        assert part in fault.title


def test_a_kind_may_be_said_again():
    assert fields_of(["Email", "n"], own_fields=[SIZE], overrides=[("n", "custom.size:number")]) == [
        "email",
        "custom.size",
    ]


def test_T71_without_addresses_the_columns_are_named():
    with pytest.raises(InputError) as caught:
        plan_columns(["Vorname", "Stadt"], [["Ana", "Lyon"]])
    assert caught.value.code == "no_email_column"
    assert "Vorname, Stadt" in caught.value.advice


def test_a_blank_name_is_no_column():
    assert "no column “ ”" in refused((" ", "email")).title
    assert "no column “9”" in refused(("9", "email")).title
