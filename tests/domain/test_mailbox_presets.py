"""The common mail hosts."""

import pytest

from opendoors_desktop.domain.mail_host import Security
from opendoors_desktop.domain.mailbox_presets import PRESETS, find_preset, preset_of_exchange


@pytest.mark.parametrize(
    "address, name",
    [
        ("ann@gmail.com", "gmail"), ("Ann <ann@GoogleMail.com>", "gmail"), ("ann@hotmail.de", "outlook"),
        ("ann@me.com", "icloud"), ("ann@gmx.de", "gmx"), ("ann@gmx.com", "gmx_com"), ("ann@posteo.org", "posteo"),
        ("ann@example.com", None), ("no address", None), ("", None),
    ],
)  # fmt: skip
def test_a_host_is_told_from_an_address(address: str, name: str | None):
    found = find_preset(address)
    assert (None if found is None else found.name) == name


@pytest.mark.parametrize(
    "exchange, name",
    [
        ("aspmx.l.google.com.", "gmail"), ("example-com.mail.protection.outlook.com", "microsoft365"),
        ("outlook-com.olc.protection.outlook.com", "outlook"), ("mx1.MESSAGINGENGINE.com", "fastmail"),
        ("mx.zoho.eu", "zoho_eu"), ("mail.example.com", None), ("com", None), ("", None), ("notgoogle.com", None),
    ],
)  # fmt: skip
def test_a_host_is_told_from_a_mail_exchanger(exchange: str, name: str | None):
    found = preset_of_exchange(exchange)
    assert (None if found is None else found.name) == name


@pytest.mark.parametrize("name", PRESETS)
def test_every_host_is_reached_over_a_safe_line(name: str):
    preset = PRESETS[name]
    assert preset.name == name
    assert preset.label
    assert (preset.smtp.port, preset.smtp.security) in {(465, Security.TLS), (587, Security.STARTTLS)}
    assert (preset.imap.port, preset.imap.security) == (993, Security.TLS)
    assert preset.help_url.startswith("https://") or not preset.help_url
