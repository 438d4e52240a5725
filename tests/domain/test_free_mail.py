"""Free-mail domains."""

import pytest

from opendoors_desktop.domain.free_mail import is_free_mail


@pytest.mark.parametrize(
    "domain", ["gmail.com", "web.de", "qq.com", "yahoo.com.br", "hotmail.it", "live.com", "gmx.info"]
)
def test_knows_free_mail(domain):
    assert is_free_mail(domain)


@pytest.mark.parametrize(
    "domain", ["example.com", "gmail.example.com", "yahoo.example.org", "liver.com", "live.nl.example"]
)
def test_takes_no_other_for_free_mail(domain):
    assert not is_free_mail(domain)
