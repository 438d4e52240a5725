"""The text part of an HTML body, made from the finished body or once from its template."""

import pytest

from opendoors_desktop.mail.frames import TemplateSource
from opendoors_desktop.mail.sandbox import Sandbox
from opendoors_desktop.mail.template import compile_template
from opendoors_desktop.mail.text_part import text_of_html, text_template, tidy

HTML = Sandbox(is_html=True)


@pytest.mark.parametrize(
    "html,text",
    [
        ("<p>Hi Ana,</p><p>second</p>", "Hi Ana,\n\nsecond"),
        ("<div>a</div><div>b</div><br>c", "a\nb\n\nc"),
        ("<ul><li>one</li><li>two</li></ul>", "  * one\n  * two"),
        ("<a href='https://example.com/x'>Look</a>", "Look <https://example.com/x>"),
        ("<a href='https://example.com/x'>https://example.com/x</a>", "https://example.com/x"),
        ("<a href='mailto:a@example.com'>a@example.com</a>", "a@example.com"),
        ("<a href='mailto:a@example.com'>write</a>", "write <a@example.com>"),
        ("<a href='#top'>up</a> <a>no target</a>", "up no target"),
        ("<a href='https://example.com/'><img src='x.png'></a>", "https://example.com/"),
        ("a&nbsp;b &lt;c&gt; &#8364;", "a b <c> €"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a  b"),
        ("<style>p { color: red }</style><script>x()</script>text", "text"),
        ("\ue010private\ue014", "private"),
        ("<p>half \ud800 &amp; more</p>", "half ? & more"),
        ("<style>p {}</style>", ""),
        ("", ""),
        ("<!-- nothing -->", ""),
    ],
)
def test_the_text_of_a_body(html, text):
    assert text_of_html(html) == text


@pytest.mark.parametrize("depth", [300, 5000])
def test_what_is_nested_deep_keeps_its_text(depth):
    html = "<style>p {}</style><p>top &amp; all</p>" + "<div>" * depth + "deep" + "</div>" * depth

    assert " ".join(text_of_html(html).split()) == "top & all deep"


def test_blank_lines_are_one_at_most():
    assert tidy("\n\na\n \n\t\n\nb\n\nc \n\n") == "a\n\nb\n\nc"


FIELDS = {
    "first_name": "Zoë & <Co>",
    "company": "Example",
    "benefits": ["save time", "see more"],
    "url": "https://example.com/?a=1&b=2",
    "note": "two words",
}
BODIES = (
    "<p>Hi {{ first_name }},</p><p>{{ company }} is {{ note }}.</p>",
    "<p>Hi{% if first_name %} {{ first_name }}{% endif %},</p><p>next</p>",
    "<p>Hi</p>{% if absent %}<p>no {{ absent }}</p>{% else %}<p>yes</p>{% endif %}<p>end</p>",
    "<ul>{% for b in benefits %}<li>{{ loop.index }}. {{ b }}</li>{% endfor %}</ul><p>end</p>",
    "<p>a</p>\n{% for b in benefits %}\n<p>{{ b }}</p>\n{% endfor %}\n<div>end</div>",
    "<p>Look: <a href=\"{{ url }}\">{{ url }}</a> or <a href='{{ url }}'>here</a></p>",
    "{# a note #}<h1>{{ company }}</h1><p>{{ first_name -}} , {{ note }}</p>",
    "<p {% raw %}x{% endraw %}>{{ note }}</p>",
    "<p {% if company %}class='a'{% endif %}>{{ note }}</p>",
    "<table><tr><td>{{ company }}</td><td>{{ note }}</td></tr><tr><td>x</td><td>y</td></tr></table>",
    "<p>{{ '{' }} &#123;{ note }}</p>",
    "<p>{% set x = note %}{{ x }}</p>",
)


@pytest.mark.parametrize("body", BODIES)
def test_the_text_made_from_the_template_is_the_text_made_from_the_body(body):
    rendered = compile_template(TemplateSource("t", "s", body, is_html=True)).render(FIELDS)

    assert rendered.html is not None
    assert rendered.text == text_of_html(rendered.html)


@pytest.mark.parametrize("body,is_sure", [(body, number not in (7, 8, 9, 10)) for number, body in enumerate(BODIES)])
def test_the_template_decides_only_where_that_is_sure(body, is_sure):
    assert (text_template(HTML, body) is not None) == is_sure


def test_what_is_no_template_has_no_text_template():
    assert text_template(HTML, "<p>{{ 'open") is None
