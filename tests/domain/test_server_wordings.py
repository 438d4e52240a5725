"""What a server's text speaks of, in many languages, and what an address in it must never tell."""

import time

import pytest

from opendoors_desktop.domain.server_wordings import Wording, plain, wordings_of


@pytest.mark.parametrize(
    "text",
    [
        "No such user here",
        "The account you wrote to does not exist",
        "Unknown recipient in this domain",
        "Empfänger unbekannt",
        "Das Postfach existiert nicht",
        "Destinataire inconnu",
        "L'adresse n'existe pas chez nous",
        "El usuario no existe",
        "La cuenta está desactivada",
        "Utente sconosciuto",
        "La casella non esiste",
        "O destinatário não existe",
        "Gebruiker onbekend",
        "Użytkownik nie istnieje",
        "Brak takiego użytkownika",
        "Пользователь не найден",
        "Нет такого ящика",
        "Mottagaren finns inte",
        "Alıcı bulunamadı",
        "用户不存在",
        "宛先が見つかりません",
        "수신자가 존재하지 않습니다",
    ],
)
def test_an_unknown_recipient_is_read_in_many_languages(text: str) -> None:
    assert Wording.UNKNOWN in wordings_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "The recipient's mailbox is full",
        "User is over quota",
        "Das Postfach ist voll",
        "La boîte aux lettres du destinataire est pleine",
        "El buzón está lleno",
        "La casella di posta è piena",
        "A caixa postal está cheia",
        "De postbus is vol",
        "Skrzynka odbiorcy jest pełna",
        "Почтовый ящик переполнен",
        "收件人邮箱已满",
        "メールボックスの容量が一杯です",
    ],
)
def test_a_full_mailbox_is_read_in_many_languages(text: str) -> None:
    wordings = wordings_of(text)
    assert Wording.FULL in wordings
    assert Wording.UNKNOWN not in wordings


@pytest.mark.parametrize(
    "text, wording",
    [
        ("Zu viele Nachrichten von diesem Konto", Wording.RATE),
        ("Limite d'envoi dépassée", Wording.RATE),
        ("Ha superado el límite de envío diario", Wording.RATE),
        ("Superato il limite giornaliero di invio", Wording.RATE),
        ("Слишком много писем за час", Wording.RATE),
        ("发送过于频繁", Wording.RATE),
        ("Ihre Nachricht wurde als unerwünscht eingestuft", Wording.CONTENT),
        ("Письмо похоже на спам", Wording.CONTENT),
        ("垃圾邮件", Wording.CONTENT),
        ("Anmeldung fehlgeschlagen, falsches Kennwort", Wording.AUTHENTICATION),
        ("Mot de passe erroné", Wording.AUTHENTICATION),
        ("パスワードが違います", Wording.AUTHENTICATION),
        ("Absenderadresse abgelehnt", Wording.SENDER),
        ("Remitente no autorizado", Wording.SENDER),
        ("Ihr Server steht auf einer Sperrliste", Wording.BLOCKED),
        ("Votre serveur figure sur une liste noire", Wording.BLOCKED),
        ("Rejeté pour des raisons de politique interne", Wording.POLICY),
        ("Odrzucono", Wording.REFUSAL),
        ("Please use STARTTLS before anything else", Wording.ENCRYPTION),
        ("Postgrey asks you to wait", Wording.GREYLISTED),
    ],
)
def test_other_reasons_are_read_in_many_languages(text: str, wording: Wording) -> None:
    assert wording in wordings_of(text)


def test_addresses_and_links_tell_nothing() -> None:
    text = "<spam@example.com>, policy.full@example.net: see https://example.org/blacklist/quota-exceeded"
    assert wordings_of(text) == frozenset()


def test_case_accents_and_line_breaks_do_not_matter() -> None:
    assert plain("Ünknown ŁÓDŹ") == "unknown lodz"
    assert wordings_of("USER\n  UNKNOWN") == wordings_of("user unknown")


def test_a_text_of_any_length_is_read_in_a_moment() -> None:
    wordings_of("warm")
    began = time.process_time()
    for hostile in ("user " * 100_000, "limit per your account " * 20_000, "too many max limit exceed " * 20_000):
        wordings_of(hostile)
    assert time.process_time() - began < 1
