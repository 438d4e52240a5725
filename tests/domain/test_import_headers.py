"""Names of columns in many languages."""

import pytest

from opendoors_desktop.domain.import_columns import FIELDS
from opendoors_desktop.domain.import_headers import field_of_header, squash


@pytest.mark.parametrize(
    "name, field",
    [
        ("E-Mail", "email"),
        ("EMAIL ADDRESS", "email"),
        ("email_address", "email"),
        ("E-mail 1 - Value", "email"),
        ("Emails", "email"),
        ("Contact Email", "email"),
        ("Email (required)", "email"),
        ("Courriel", "email"),
        ("Correo electrónico", "email"),
        ("Indirizzo e-mail", "email"),
        ("E-mailadres", "email"),
        ("Adres e-mail", "email"),
        ("E-postadress", "email"),
        ("メールアドレス", "email"),
        ("电子邮件", "email"),
        ("Электронная почта", "email"),
        ("Vorname", "first_name"),
        ("Prénom", "first_name"),
        ("Prenom", "first_name"),
        ("Imię", "first_name"),
        ("Förnamn", "first_name"),
        ("Given Name", "first_name"),
        ("Nachname", "last_name"),
        ("Apellidos", "last_name"),
        ("Achternaam", "last_name"),
        ("Efternavn", "last_name"),
        ("Firma", "company"),
        ("Account Name", "company"),
        ("Société", "company"),
        ("Azienda", "company"),
        ("Position", "title"),
        ("Job Title", "title"),
        ("Stanowisko", "title"),
        ("Tel.", "phone"),
        ("Téléphone", "phone"),
        ("Mobile Phone", "phone"),
        ("Person Linkedin Url", "linkedin_url"),
        ("Ort", "city"),
        ("State/Province", "state"),
        ("Bundesland", "state"),
        ("Land", "country"),
        ("País", "country"),
        ("Time Zone", "time_zone"),
        ("Zeitzone", "time_zone"),
        ("Labels", "tags"),
        ("Full Name", "full_name"),
        ("Name", "full_name"),
    ],
)
def test_knows_the_names(name, field):
    found = field_of_header(name)
    assert found is not None
    assert found[0] == field
    assert found[0] in FIELDS


@pytest.mark.parametrize("name", ["Anz. Trailer", "", "Email Status", "Notes", "…", "contact"])
def test_says_nothing_of_other_names(name):
    assert field_of_header(name) is None


def test_the_first_name_of_a_field_is_surer_than_the_second():
    main, other, prefixed = (field_of_header(name) for name in ("Phone", "Mobile", "Contact Phone"))
    assert main is not None
    assert other is not None
    assert prefixed is not None
    assert main[1] < other[1] < prefixed[1]


def test_squashed_names_compare():
    assert squash("Prénom ") == squash("PRENOM") == squash("pre-nom")
