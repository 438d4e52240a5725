"""The HTML of hostile and of ordinary mails as it is shown: nothing loads, runs or hides where it leads."""

import re

import pytest

from opendoors_desktop.mail.shown_html import LONGEST_HTML, CleanHtml, clean_html
from opendoors_desktop.mail.shown_mail import show_mail
from tests.mail.inbound_builders import mail, parts

HARMFUL = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="data:text/html,x">x</a>',
    '<a href="file:///etc/passwd">x</a>',
    '<iframe src="https://example.org"></iframe>',
    '<link rel=stylesheet href="https://example.org/a.css">',
    "<style>@import 'https://example.org/a.css'</style>",
    '<p style="background:url(https://example.org/a.png)">x</p>',
    '<body background="https://example.org/a.png">x</body>',
    '<table background="//example.org/a.png"><tr><td>x</td></tr></table>',
    '<video src="https://example.org/a"></video>',
    '<svg><image href="https://example.org/a.png"/></svg>',
    '<form action="https://example.org"><input name=a></form>',
    '<base href="https://example.org/">',
    '<meta http-equiv=refresh content="0;url=https://example.org">',
    "<math><mtext><table><mglyph><style><!--</style><img src=https://example.org/a onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<object data="https://example.org/a.swf"></object>',
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<p onclick=alert(1)>x</p>",
]  # fmt: skip


@pytest.mark.parametrize("html", HARMFUL)
def test_fault_30_nothing_that_runs_or_loads_is_left(html: str):
    shown = clean_html(f"<p>Dear Ann,</p>{html}<p>Bob</p>").html
    assert "Dear Ann," in shown
    for word in ("script", "src", "style", "onerror", "onclick", "url(", "background", "action", "data:", "file:"):
        assert not re.search(rf"<[^>]*{re.escape(word)}", shown), shown
    assert not re.search(r"<(?!/?(?:a|p|table|tbody|tr|td|div)\b)", shown), shown


def test_links_keep_their_true_targets_and_text_its_form():
    html = clean_html(
        '<div>See <a href="https://evil.example.org/?a=1&b=2" title="nice">https://good.example.com</a>,'
        ' <b>now</b> <a href="mailto:bob@example.net">write</a></div>'
    ).html
    assert '<a href="https://evil.example.org/?a=1&amp;b=2">https://good.example.com</a>' in html
    assert '<a href="mailto:bob@example.net">write</a>' in html
    assert "<b>now</b>" in html


@pytest.mark.parametrize(
    "html,wants",
    [
        ('<img src="https://example.org/p.gif">Hi', True),
        ('<img src="cid:logo">Hi', False),
        ('<td background="//example.org/a.png">Hi</td>', True),
        ('<p style="background:url(https://example.org/a.png)">Hi</p>', True),
        ('<a href="https://example.org">Hi</a>', False),
    ],
)
def test_it_is_told_whether_pictures_would_have_been_loaded(html: str, wants: bool):
    assert clean_html(html).wants_pictures is wants


@pytest.mark.timeout(30)  # a minute without the bound
@pytest.mark.parametrize(
    "piece", ["<div>", "<a><b>", "<ul><li>", "<b a=1><b a=2></p>", "<select><b>", "<nobr><div>", "<table><tr><td>", "<"]
)
def test_fault_30_what_is_nested_without_end_takes_no_time_and_is_not_shown_as_html(piece: str):
    shown = clean_html(piece * (LONGEST_HTML // len(piece) * 2))
    assert len(shown.html) <= LONGEST_HTML


def test_what_is_no_html_shows_nothing():
    assert clean_html("") == CleanHtml("", wants_pictures=False)
    assert "<" not in clean_html("\0\x01").html


def test_a_mail_is_shown_with_its_quotes_files_and_addresses():
    content_type, body = parts(
        ("text/html; charset=utf-8", '<p>Yes.<img src="https://example.org/t.gif"></p><blockquote>A plan</blockquote>'),
        ("application/pdf; name=offer.pdf", "JVBERi0="),
        kind="multipart/mixed",
    )
    data = mail(body, content_type=content_type, Cc="Cleo <cleo@example.org>", Reply_To="desk@example.net")
    shown = show_mail(data)
    assert shown is not None
    assert (shown.to, shown.cc, shown.reply_to) == (("ann@example.com",), ("cleo@example.org",), "desk@example.net")
    assert shown.text.split() == ["Yes.", "A", "plan"]
    assert shown.html.replace("\n", "") == "<p>Yes.</p><blockquote>A plan</blockquote>"
    assert (shown.wants_pictures, [file.name for file in shown.files]) == (True, ["offer.pdf"])


def test_a_plain_mail_has_no_html_and_no_mail_nothing():
    shown = show_mail(mail("Yes.\n\n> A plan"))
    assert shown is not None
    assert (shown.text, shown.html, shown.reply_to) == ("Yes.\n\n> A plan\n".strip("\n"), "", "")
    assert show_mail(b"\0\0\0") is None
