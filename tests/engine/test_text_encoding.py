"""Encodings: stated, proved or guessed, and never taken for another without saying so."""

import codecs

import pytest

from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.engine import text_encoding
from opendoors_desktop.engine.text_encoding import TextEncoding, find_encoding

LISTS = {
    "western": ["Jürgen,Müller,Köln", "Zoë,Lefèvre,Orléans", "José,Núñez,A Coruña", "Søren,Ægir,Århus"],
    "central": ["Łukasz,Żółkiewski,Kraków", "Jiří,Dvořák,Plzeň", "Zoltán,Kőszegi,Győr", "Šárka,Černá,Třebíč"],
    "turkish": ["Çağrı,Yıldız,İstanbul", "Gülşen,Öztürk,Iğdır"],
    "baltic": ["Jānis,Bērziņš,Rīga", "Žydrūnas,Kazlauskas,Šiauliai"],
    "cyrillic": ["Иван,Петров,Москва", "Ольга,Сидорова,Казань"],
    "greek": ["Γιώργος,Παπαδόπουλος,Αθήνα", "Ελένη,Νικολάου,Θεσσαλονίκη"],
    "hebrew": ["דוד,כהן,תל אביב", "שרה,לוי,חיפה"],
    "arabic": ["محمد,أحمد,القاهرة", "فاطمة,علي,الرياض"],
    "thai": ["สมชาย,ใจดี,กรุงเทพ", "สมหญิง,รักไทย,เชียงใหม่"],
    "japanese": ["太郎,山田,株式会社サンプル", "花子,鈴木,テスト"],
    "simplified": ["伟,王,示例公司,北京", "芳,李,测试有限公司,上海"],
    "traditional": ["偉,王,範例公司,台北", "芳,李,測試有限公司,高雄"],
    "korean": ["철수,김,예시회사,서울", "영희,이,시험,부산"],
}
GUESSES = [
    ("western", "cp1252"),
    ("western", "iso8859_15"),
    ("western", "cp850"),
    ("western", "mac_roman"),
    ("central", "cp1250"),
    ("central", "iso8859_2"),
    ("central", "cp852"),
    ("turkish", "cp1254"),
    ("baltic", "cp1257"),
    ("cyrillic", "cp1251"),
    ("cyrillic", "koi8_r"),
    ("cyrillic", "cp866"),
    ("cyrillic", "iso8859_5"),
    ("greek", "cp1253"),
    ("hebrew", "cp1255"),
    ("arabic", "cp1256"),
    ("thai", "tis_620"),
    ("japanese", "shift_jis"),
    ("japanese", "euc_jp"),
    ("japanese", "iso2022_jp"),
    ("simplified", "gb18030"),
    ("traditional", "big5"),
    ("korean", "euc_kr"),
]


@pytest.fixture
def file(tmp_path):
    def write(content):
        path = tmp_path / "contacts.csv"
        path.write_bytes(content)
        return path

    return write


def text_of(name):
    rows = [f"p{place}@example.com,{row}" for place, row in enumerate(LISTS[name])]
    return "\r\n".join(["email,first,last,city", *rows])


@pytest.mark.parametrize("language", LISTS)
@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be", "utf-32-le"])
def test_T71_every_form_of_unicode_is_known_for_certain(file, language, name):
    path = file(text_of(language).encode(name))
    found = find_encoding(path)
    assert not found.is_guessed
    assert found.errors == "strict"
    assert path.read_text(found.name) == text_of(language).replace("\r\n", "\n")


def test_utf_32_of_the_other_end_is_known(file):
    assert find_encoding(file(text_of("western").encode("utf-32-be"))).name == "utf-32-be"


@pytest.mark.parametrize("language, name", GUESSES)
def test_T71_fault_35_older_encodings_are_guessed_right_and_said_to_be_guessed(file, language, name):
    content = text_of(language).encode(name)
    found = find_encoding(file(content))
    assert found.is_guessed
    assert content.decode(found.name) == text_of(language)


def test_ascii_is_utf_8(file):
    assert find_encoding(file(b"email\nana@example.com")) == TextEncoding("utf-8")


def test_the_whole_file_is_looked_at(file):
    content = b"email,name\n" + b"a@example.com,Ana\n" * 100_000 + "b@example.com,Jürgen\n".encode("cp1252")
    assert find_encoding(file(content)) == TextEncoding("cp1252", is_guessed=True)


def test_a_character_may_lie_across_two_chunks(file):
    content = b"x" * ((1 << 20) - 1) + "ü\n".encode()
    assert find_encoding(file(content)).name == "utf-8"


def test_some_odd_bytes_in_utf_8_are_faults_and_not_another_encoding(file):
    content = ("Jürgen,Zoë,José\n" * 10).encode() + b"J\xfcrgen\n"
    assert find_encoding(file(content)) == TextEncoding("utf-8", errors="surrogateescape")
    assert find_encoding(file(codecs.BOM_UTF8 + content)) == TextEncoding("utf-8-sig", errors="surrogateescape")


def test_a_bounded_part_of_a_long_file_is_enough_for_a_guess(file, monkeypatch):
    monkeypatch.setattr(text_encoding, "_SAMPLE_FROM", 2 << 20)
    content = text_of("western").encode("cp1252") + b"\r\n"
    assert find_encoding(file(b"plain\n" * 100_000 + content * 1_000)).name == "cp1252"
    assert find_encoding(file(b"plain\n" * 600_000 + content)).is_guessed


def test_an_encoding_that_fits_the_beginning_alone_is_not_taken(file):
    content = text_of("western").encode("cp1252") * 1_000 + b"\x81"
    found = find_encoding(file(content))
    assert found.name != "cp1252"
    content.decode(found.name)


def test_bytes_that_nothing_knows_are_still_read(file):
    content = b"email,name\n" + bytes(range(0x80, 0x100)) + b"\n" + b"\xff" * 5
    found = find_encoding(file(content))
    assert found.is_guessed
    content.decode(found.name)


@pytest.mark.parametrize(
    "content, word",
    [
        (b"PK\x03\x04rest of a workbook", "Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08", "packed"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"<html><body><table>", "web page"),
        (codecs.BOM_UTF8 + b'<?xml version="1.0"?>', "XML"),
        (b"\x7fELF\x02\x01\x01" + bytes(50), "another kind"),
    ],
)
def test_fault_35_what_is_no_csv_file_gets_one_clear_message(file, content, word):
    with pytest.raises(InputError) as caught:
        find_encoding(file(content))
    assert caught.value.code == "not_csv"
    assert word in caught.value.title
    assert "save it as CSV" in caught.value.advice


def test_a_stray_nul_makes_no_binary_file(file):
    assert find_encoding(file(b"email,name\na@example.com,A\x00na\n")).name == "utf-8"


@pytest.mark.parametrize("content", [b"", b" \r\n\t"])
def test_an_empty_file_is_said_to_be_empty(file, content):
    with pytest.raises(InputError) as caught:
        find_encoding(file(content))
    assert caught.value.code == "empty_file"


def test_a_file_that_is_cut_off_is_said_to_be_damaged(file):
    with pytest.raises(InputError) as caught:
        find_encoding(file("email".encode("utf-16") + b"x"))
    assert caught.value.code == "damaged_file"


def test_what_a_person_gives_rules(file):
    content = text_of("western").encode("cp1252")
    assert find_encoding(file(content), "Windows-1252").name == "cp1252"
    assert find_encoding(file(b"email"), "utf8").name == "utf-8-sig"
    with pytest.raises(InputError) as caught:
        find_encoding(file(content), "utf-8")
    assert caught.value.code == "wrong_encoding"


@pytest.mark.parametrize("name", ["nonsense", "hex", "rot13", "undefined"])
def test_an_encoding_that_is_none_is_said(file, name):
    with pytest.raises(InputError) as caught:
        find_encoding(file(b"email"), name)
    assert caught.value.code == "unknown_encoding"


def test_a_missing_file_and_a_folder_are_said(tmp_path):
    for path, title in ((tmp_path / "none.csv", "There is no file"), (tmp_path, "can't be read")):
        with pytest.raises(InputError) as caught:
            find_encoding(path)
        assert caught.value.code == "no_file"
        assert title in caught.value.title
