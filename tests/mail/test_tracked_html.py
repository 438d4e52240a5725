"""Signed links and the picture in an HTML body: what is a link becomes one of ours, and nothing else moves a byte."""

import re
from email import message_from_bytes, policy
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring  # type: ignore[import-untyped]

from opendoors_desktop.domain.public_link import MOST_LINKS, click_key, read_click
from opendoors_desktop.mail import tracked_html
from opendoors_desktop.mail.frames import Built, MessageHeaders, RenderJob, TemplateSource, Tracking
from opendoors_desktop.mail.maker import Maker
from opendoors_desktop.mail.tracked_html import Tracked, target_of, track

KEY, EMAIL = bytes(range(32)), UUID("019cadc6-9a80-7002-9e37-7a58fbbee880")
HOST = "https://go.example.org"
PIXEL = f"{HOST}/o/token"
TRACKING = Tracking(EMAIL, PIXEL, f"{HOST}/c/", click_key(KEY, EMAIL), f"{HOST}/u/")
LINKS_ONLY = msgspec.structs.replace(TRACKING, pixel_url="")
OURS = re.compile(rf'"{HOST}/c/([\w-]+)"')


def hrefs(html: str) -> list[str]:
    """What a browser takes for the links of a document."""
    return [found.get("href") for found in document_fromstring(f"<div>{html}</div>").iter("a", "area")]


def led_to(tracked: Tracked) -> list[str]:
    """Where the signed links of a body lead, in their order."""
    found = [read_click(KEY, token) for token in OURS.findall(tracked.html)]
    assert all(each is not None and each[0] == EMAIL for each in found)
    return [tracked.links[each[1] - 1] for each in found if each is not None]


TARGETS = [
    ("https://example.com", "https://example.com"),
    ("http://example.com/", "http://example.com/"),
    ("HTTPS://Example.com/A", "HTTPS://Example.com/A"),
    ("https://example.com/?a=1&amp;b=2", "https://example.com/?a=1&b=2"),
    ("https://example.com/?a=1&b=2", "https://example.com/?a=1&b=2"),
    ("https://example.com/?a=1&copy=2&lt=3", "https://example.com/?a=1&copy=2&lt=3"),
    ("https://example.com/?a=1&copyright", "https://example.com/?a=1&copyright"),
    ("https://example.com/?a=1&copy;=2", "https://example.com/?a=1©=2"),
    ("https://example.com/?a=1&copy", "https://example.com/?a=1©"),
    ("https://example.com/?q=&nosuch;&#38;&#x26;", "https://example.com/?q=&nosuch;&&"),
    ("https://example.com/%5B1%5D?a%5B%5D=1", "https://example.com/%5B1%5D?a%5B%5D=1"),
    ("https://example.com/a[]?b[0]=1", "https://example.com/a[]?b[0]=1"),
    ("https://example.com/100%", "https://example.com/100%"),
    ("https://example.com/#part", "https://example.com/#part"),
    ("https://example.com/?u=https://example.net/%3Fx", "https://example.com/?u=https://example.net/%3Fx"),
    ("https://example.com/a+b%20c", "https://example.com/a+b%20c"),
    ("https://example.com/?name=Anna Maria", "https://example.com/?name=Anna Maria"),
    ("https://müller.example/größe?x=ü", "https://müller.example/größe?x=ü"),
    ("https://xn--mller-kva.example/", "https://xn--mller-kva.example/"),
    ("https://example.com:8443/~a/;b", "https://example.com:8443/~a/;b"),
    ("https://user@example.com/", "https://user@example.com/"),
    ("https://[2001:db8::1]/x", "https://[2001:db8::1]/x"),
    ("  https://example.com/x \n", "https://example.com/x"),
    ("https://example.com/long\n\t/path", "https://example.com/long/path"),
    ("https://example.com/&quot;x&#39;", "https://example.com/\"x'"),
    ("https://example.com/\N{FIRE}", "https://example.com/\N{FIRE}"),
]  # fmt: skip
NO_TARGETS = [
    "mailto:ann@example.com?subject=Hi&amp;body=x", "tel:+49301234", "sms:+1", "cid:logo", "data:text/html,x", "#top",
    "javascript:alert(1)", "ftp://example.com", "//example.com/x", "/path", "path", "", "https:", "https://",
    "https:///x", "http:\\\\example.com", "https://?x", "https://example.com/\x01x", "https://example.com/\x7f",
    "https://example.com/\ud800", "https://example.com/" + "x" * 4000, "https://&#10;", "{{ link }}",
]  # fmt: skip


@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize("href, target", TARGETS)
def test_T66_where_a_link_leads_is_what_the_email_said_byte_for_byte(href, target, quote):
    assert target_of(href) == target
    if quote in href:
        return
    before, after = f"<p>Look <A class=x HREF={quote}", f"{quote} title='a > b'>here</A></p>"
    tracked = track(before + href + after, LINKS_ONLY)
    assert led_to(tracked) == list(tracked.links) == [target]
    assert tracked.html.startswith(before[:-1])
    assert tracked.html.endswith(after[1:])


@pytest.mark.parametrize("href", NO_TARGETS)
def test_T66_what_is_no_web_address_stays(href):
    html = f'<a href="{href}">x</a>'
    assert track(html, LINKS_ONLY) == Tracked(html)


NO_LINKS = [
    '<!-- <a href="https://example.com">x</a> -->',
    '<!--[if mso]><a href="https://example.com">x</a><![endif]-->',
    '<!-- never closed <a href="https://example.com">',
    '<img alt="<a href=https://example.com>">',
    "<img alt='<a href=\"https://example.com\">'>",
    '<script>"<a href=\'https://example.com\'>"</script>',
    '<style>a[href="https://example.com"] { }</style>',
    '<textarea><a href="https://example.com"></textarea>',
    '<title><a href="https://example.com">',
    '<link href="https://example.com/x.css"><base href="https://example.com">',
    '<a name="https://example.com" data-href="https://example.com">',
    '<a href="https://example.com',
    '<a href="https://example.com" title="never closed>x</a>',
    "<a href='https://example.com",
    "<a",
    "<a href",
    "<a href=",
    "1 < 2 <3 </ <? <!x <>",
    '</a href="https://example.com">',
    '<abbr href="https://example.com">',
    '<a href="#" href="https://example.com">',
    "<a href=>",
    '<p title=it\'s href="https://example.com">',
]  # fmt: skip


@pytest.mark.parametrize("html", NO_LINKS)
def test_what_no_mail_program_takes_for_a_link_stays(html):
    assert track(html, LINKS_ONLY) == Tracked(html)


LINKS = [
    "<a href=https://example.com/x>x</a>",
    "<a\nhref\n=\n'https://example.com/x'\n>x</a>",
    '<a/href="https://example.com/x"/>x</a>',
    '<AREA shape=rect HrEf="https://example.com/x">',
    '<a title=it\'s href="https://example.com/x">',
    '<a disabled href="https://example.com/x">',
    '<a ="q" href="https://example.com/x">',
    '<a title="a>b" href="https://example.com/x">',
    '<!--[if !mso]><!--><a href="https://example.com/x"></a><!--<![endif]-->',
    '<!--><a href="https://example.com/x">',
    '<!-- x --!><a href="https://example.com/x">',
    '<script></scripty></script ><a href="https://example.com/x">',
    '<a href="https://example.com/x" href="#">',
    '<x <a href="https://example.com/x"><a href="https://example.com/x">',
    '</ x><?php ?><a href="https://example.com/x">',
]  # fmt: skip


@pytest.mark.parametrize("html", LINKS)
def test_a_link_is_found_however_it_is_written(html):
    tracked = track(html, LINKS_ONLY)
    assert led_to(tracked) == ["https://example.com/x"]
    [token] = OURS.findall(tracked.html)
    signed = f'"{HOST}/c/{token}"'
    assert html in {tracked.html.replace(signed, f"{quote}https://example.com/x{quote}", 1) for quote in ('"', "'", "")}


def test_an_address_has_one_number_wherever_it_stands():
    html = '<a href="https://a.example/">1</a><a href="https://b.example/">2</a><a href=https://a.example/>3</a>'
    tracked = track(html, LINKS_ONLY)
    assert tracked.links == ("https://a.example/", "https://b.example/")
    assert led_to(tracked) == ["https://a.example/", "https://b.example/", "https://a.example/"]


def test_links_to_unsubscribe_are_never_changed():
    url = f"{HOST}/u/abc"
    html = f'<a href="{url}">stop</a><a href="https://own.example/stop?a=1&amp;b=2">stop</a>'
    assert track(html, LINKS_ONLY, "https://own.example/stop?a=1&b=2") == Tracked(html)
    assert track(html, msgspec.structs.replace(LINKS_ONLY, kept=""), "").links != ()


def test_more_links_than_have_a_number_stay(monkeypatch):
    monkeypatch.setattr(tracked_html, "MOST_LINKS", 2)
    html = "".join(f'<a href="https://example.com/{number}">x</a>' for number in range(4))
    tracked = track(html, LINKS_ONLY)
    assert len(tracked.links) == 2
    assert tracked.html.endswith(html[-2 * len(html) // 4 :])
    assert MOST_LINKS == 32767


@pytest.mark.parametrize(
    "before, after",
    [
        ("<p>Hi</p>", ""),
        ("", ""),
        ("<html><body><p>Hi</p>", "</body></html>"),
        ("<HTML><p>Hi</p>", "</HTML>"),
        ("<p>Hi</p><!-- </body> -->", ""),
        ("<p>Hi</p>", "</body>\n</html>\n<!-- </body> -->"),
        ('<a href="mailto:a@example.com">x</a>', "</BODY >x"),
    ],
)
def test_the_picture_stands_at_the_end_of_the_body(before, after):
    pixel_only = msgspec.structs.replace(TRACKING, click_url="")
    tracked = track(before + after, pixel_only)
    assert (tracked.has_pixel, tracked.links) == (True, ())
    picture = tracked.html.removeprefix(before).removesuffix(after)
    assert re.fullmatch(rf'<img src="{PIXEL}" alt="" width="1" height="1" style="[^"]*">', picture)


PIECE = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<br/>",
        "text",
        " & ",
        "&amp;",
        "<b title='x'>",
        "</b>",
        "<!-- c -->",
        "<td class=x>",
        "ü",
        "\n",
        "a > b",
    ]
)
QUERY = r"(\?[a-z]=[a-z0-9]{0,4}(&[a-z]=[0-9]){0,2})?"
TARGET = st.from_regex(rf"https?://[a-z]{{1,8}}\.example(/[a-zA-Z0-9%~._-]{{0,6}}){{0,3}}{QUERY}", fullmatch=True)
OTHER = st.sampled_from(["mailto:a@example.com", "#x", "tel:+49", "/x", "javascript:x()"])


@st.composite
def link(draw: Any) -> str:
    """One link, written somehow."""
    href = draw(TARGET | OTHER)
    quote = draw(st.sampled_from(['"', "'", ""]))
    name = draw(st.sampled_from(["href", "HREF", "hRef"]))
    more = draw(st.sampled_from(["", " class='b'", ' title="<a>"', " data-x"]))
    space = draw(st.sampled_from([" ", "\n", " \t "]))
    return f"<a{more}{space}{name}={quote}{href}{quote}{more}>x</a>"


@given(st.lists(PIECE | link(), max_size=12).map("".join))
def test_every_link_leads_where_it_led_and_no_other_byte_moves(html):
    tracked = track(html, TRACKING)
    tokens = zip(OURS.findall(tracked.html), led_to(tracked), strict=True)
    back = {f"{HOST}/c/{token}": target for token, target in tokens}
    assert [back.get(href, href) for href in hrefs(tracked.html)] == hrefs(html)
    assert {target for target in hrefs(html) if target.startswith("http")} == set(tracked.links)

    def restored(match: re.Match[str]) -> str:
        return f'"{back[match[0][1:-1]]}"'

    plain = re.compile(r"""=(["']?)(https?://[^\s"'>]*)\1""")
    whole = OURS.sub(restored, tracked.html).rpartition("<img")[0]
    assert plain.sub(r'="\2"', whole) == plain.sub(r'="\2"', html)


@given(st.text(alphabet="<a href='\"=>/!-x&;:\n", max_size=60))
def test_whatever_stands_there_comes_back_whole(html):
    assert track(html, LINKS_ONLY).html == html


HEAD = MessageHeaders("ann@example.com", "Ann", "bob@example.net", "Bob", "<1@example.com>", 0)
LETTER = TemplateSource(
    "letter", "Hi", '<p><a href="https://example.com/?n={{ first_name }}">Look</a></p>', is_html=True,
    opt_out="Stop: {{ unsubscribe_url }}",
)  # fmt: skip


def made(tracking: Tracking | None, source: TemplateSource = LETTER, **head: Any) -> Built:
    maker = Maker()
    maker.define(source)
    headers = msgspec.structs.replace(HEAD, list_unsubscribe_mailto="mailto:ann@example.com", **head)
    built = maker.make(RenderJob(UUID(int=1), source.id, {"first_name": "Anna Maria"}, headers, tracking))
    assert isinstance(built, Built), built
    return built


def parts(built: Built) -> dict[str, str]:
    """The parts of a message by their type."""
    message = message_from_bytes(built.message, policy=policy.default)
    return {part.get_content_type(): part.get_content() for part in message.walk() if not part.is_multipart()}


def test_T67_fields_in_a_link_are_filled_before_it_is_signed():
    url = f"{HOST}/u/abc"
    built = made(TRACKING, list_unsubscribe_url=url)
    assert (built.links, built.has_pixel) == (("https://example.com/?n=Anna Maria",), True)
    html = parts(built)["text/html"]
    assert "example.com/?n" not in html
    assert PIXEL in html
    assert f'"{url}"' in html


def test_the_text_part_is_the_one_it_would_be_without():
    assert parts(made(TRACKING))["text/plain"] == parts(made(None))["text/plain"]
    assert "https://example.com/?n=Anna Maria" in parts(made(TRACKING))["text/plain"]


def test_a_message_of_text_alone_is_the_same_byte_for_byte():
    source = TemplateSource("text", "Hi", "See https://example.com/ {{ first_name }}", is_html=False)
    assert made(TRACKING, source) == made(None, source)
    assert made(TRACKING, source).has_pixel is False


def test_a_tracking_shows_no_key():
    assert repr(TRACKING) == f"Tracking({EMAIL}, click_key=***)"
