"""Templates as a person writes them: what comes out, what is missing, and what is refused before anything is sent."""

from typing import Any

import pytest

from opendoors_desktop.mail.errors import MessageProblem, RenderCode
from opendoors_desktop.mail.frames import TemplateSource
from opendoors_desktop.mail.template import (
    Rendered,
    Templates,
    analyse_text,
    check_template,
    compile_template,
    render_text,
    variables_of,
)


def source(subject: str = "Hello", body: str = "Hi", *, is_html: bool = False, **more) -> TemplateSource:
    return TemplateSource("id", subject, body, is_html, **more)


def render(subject: str = "Hello", body: str = "Hi", *, fields=None, is_html: bool = False, **more) -> Rendered:
    return compile_template(source(subject, body, is_html=is_html, **more)).render(fields or {})


def problem(subject: str = "Hello", body: str = "Hi", **more) -> MessageProblem:
    with pytest.raises(MessageProblem) as caught:
        render(subject, body, **more)
    return caught.value


def test_fields_stand_where_they_are_named():
    found = render("For {{ company }}", "Hi {{ first_name|title }}", fields={"company": "Example", "first_name": "ana"})

    assert found == Rendered("For Example", None, "Hi Ana")


@pytest.mark.parametrize("value", ["", None, "  ", "\t\n"])
def test_an_empty_field_takes_the_default(value):
    text = 'Hi {{ first_name | default("there") }}{{ custom.plan | d("!") }}'

    assert render(body=text, fields={"first_name": value, "custom": {"plan": value}}).text == "Hi there!"
    assert render(body=text).text == "Hi there!"


def test_all_that_is_missing_is_named_at_once():
    found = problem("{{ company }}", "Hi {{ first_name }} {{ custom.plan }} {{ city|d('x') }}", fields={"company": ""})

    assert (found.code, found.fields) == (RenderCode.MISSING_VARIABLE, ("company", "custom.plan", "first_name"))
    assert found.title == "company, custom.plan, first_name are empty."
    assert problem(body="\n{{ a.b.c }}").fields == ("a.b.c",)
    assert problem(body="x\n{{ a }}").title == "a is empty."
    assert problem(body="x\n{{ a }}").detail == "body, line 2"


def test_a_name_that_is_only_sometimes_needed_is_named_when_it_is():
    text = "{% if vip %}{{ [manager][0] }}{% endif %}"

    assert render(body=text).text == ""
    assert problem(body=text, fields={"vip": True}).fields == ("manager",)


def test_a_condition_may_ask_for_what_is_missing():
    assert render(body="{% if city %}in {{ city }}{% else %}somewhere{% endif %}{{ x or 'y' }}").text == "somewherey"


@pytest.mark.parametrize("evil", ["{{ 7 * 7 }}", "{% for x in y %}", "{#", "{{ first_name }}", "<b>&"])
def test_fault_39_what_a_contact_brings_is_never_read_as_template(evil):
    fields = {"first_name": evil}

    assert render("{{ first_name }}", "{{ first_name }}", fields=fields) == Rendered(evil, None, evil)
    html = render("s", "<p>{{ first_name }}</p>", is_html=True, fields={"first_name": "<b>&"}).html
    assert html == "<p>&lt;b&gt;&amp;</p>"


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\0"])
def test_T76_a_line_end_from_a_field_in_the_subject_is_refused_by_its_name(break_):
    found = problem(
        "Hi {{ first_name }} {{ city }}", fields={"first_name": f"A{break_}Bcc: x@example.org", "city": "B"}
    )

    assert (found.code, found.fields) == (RenderCode.HEADER_INJECTION, ("first_name",))
    assert problem("{{ 'a\\nb' }}").fields == ("subject",)


def test_a_subject_written_on_two_lines_is_one():
    assert render("  Hello\n  {{ company }} ", fields={"company": "Example"}).subject == "Hello Example"


HOSTILE = {
    "{{ 'a' * 10**8 }}": RenderCode.TEMPLATE_TOO_LARGE,
    "{{ 'a'*10**9 }}": RenderCode.TEMPLATE_TOO_LARGE,
    "{{ '{:>1000000000}'.format(1) }}": RenderCode.TEMPLATE_FORBIDDEN,
    "{{ x.format }}": RenderCode.TEMPLATE_FORBIDDEN,
    "{{ ('x'*1000)|center(10**9) }}": RenderCode.TEMPLATE_FORBIDDEN,
    "{{ 'x'.center(10**9) }}": RenderCode.TEMPLATE_FORBIDDEN,
    "{{ '%1000000000d' % 1 }}": RenderCode.TEMPLATE_FORBIDDEN,
    "{{ '%1000000000d'|format(1) }}": RenderCode.TEMPLATE_FORBIDDEN,
    "{% for a in range(10**9) %}x{% endfor %}": RenderCode.TEMPLATE_TOO_LARGE,
    "{% for a in range(9999) %}{% for b in range(999) %}xxxxxxx{% endfor %}{% endfor %}": RenderCode.TEMPLATE_TOO_LARGE,
    "{% set a = 'xx' %}" + "{% set a = a ~ a %}" * 40 + "{{ a }}": RenderCode.TEMPLATE_TOO_LARGE,
    "{% set a = 'xx' %}" + "{% set a = a + a %}" * 40 + "{{ a }}": RenderCode.TEMPLATE_TOO_LARGE,
    "{% set a %}xx{% endset %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 40: RenderCode.TEMPLATE_TOO_LARGE,
    "{{ '2026-01-01'|date('x' * 1000) }}": RenderCode.TEMPLATE_TOO_LARGE,
    "{% set a = 'aa' %}" + "{% set a = a|replace('a', 'aaaaaaaa') %}" * 20 + "{{ a }}": RenderCode.TEMPLATE_TOO_LARGE,
    "{% set a = 'aa' %}" + "{% set a = a.replace('a', 'aaaaaaaa') %}" * 20 + "{{ a }}": RenderCode.TEMPLATE_TOO_LARGE,
    "{% set a = ['x' * 1000] %}" + "{% set a = [a, a] %}" * 60 + "{{ a }}": RenderCode.TEMPLATE_FORBIDDEN,
    "{{ ('9' * 10**7)|int }}": RenderCode.TEMPLATE_TOO_LARGE,
    "{{ 9**9**9 }}": RenderCode.TEMPLATE_TOO_LARGE,
    "{{ 1.5|round(10**9) }}": RenderCode.TEMPLATE_TOO_LARGE,
    "{% macro f(s, n) %}{{ f(s + s, n - 1) }}{% endmacro %}{{ f('x', 99) }}": RenderCode.TEMPLATE_FORBIDDEN,
    "{{ ''.__class__ }}": RenderCode.TEMPLATE_FORBIDDEN,
    "{{ ''['__class__'] }}": RenderCode.TEMPLATE_FORBIDDEN,
    "{{ x['__class__'] }}": RenderCode.TEMPLATE_FORBIDDEN,
    "{{ x|attr('__class__') }}": RenderCode.TEMPLATE_FORBIDDEN,
    "{{ x|map(attribute='__class__')|list }}": RenderCode.TEMPLATE_FORBIDDEN,
    "{{ range.__globals__ }}": RenderCode.TEMPLATE_FORBIDDEN,
    "{{ [x.upper][0].__self__ }}": RenderCode.TEMPLATE_FORBIDDEN,
    "{{ self.__init__ }}": RenderCode.TEMPLATE_FORBIDDEN,
    "{{ [x][0]['format'] }}": RenderCode.TEMPLATE_FORBIDDEN,
    "{{ env }}": RenderCode.MISSING_VARIABLE,
    "{{ config }}": RenderCode.MISSING_VARIABLE,
    "{{ lipsum() }}": RenderCode.TEMPLATE_FORBIDDEN,
    "{{ cycler.__init__.__globals__ }}": RenderCode.TEMPLATE_FORBIDDEN,
    "{{ namespace(x=1) }}": RenderCode.TEMPLATE_FORBIDDEN,
    "{{ 1 / 0 }}": RenderCode.TEMPLATE_ERROR,
    "{{ [1][:'x'] }}": RenderCode.TEMPLATE_ERROR,
    "{{ 'x' < 1 }}": RenderCode.TEMPLATE_ERROR,
    "{{ x.find() }}": RenderCode.TEMPLATE_ERROR,
    "{{ [1, 2] }}": RenderCode.TEMPLATE_FORBIDDEN,
    "{{ x.upper }}": RenderCode.TEMPLATE_FORBIDDEN,
}


@pytest.mark.parametrize("is_html", [False, True])
@pytest.mark.parametrize("text", HOSTILE)
def test_T77_T78_fault_39_a_hostile_template_ends_in_a_reason(text, is_html):
    found = problem(body=text, is_html=is_html, fields={"x": "some text"})

    assert found.code is HOSTILE[text]
    assert found.title.endswith(".")


def test_a_message_beyond_a_megabyte_is_refused():
    found = problem(body="{{ a }}{{ a }}", fields={"a": "ü" * 300_000})

    assert found.code is RenderCode.TEMPLATE_TOO_LARGE


def test_too_little_memory_is_a_reason(monkeypatch):
    monkeypatch.setattr("opendoors_desktop.mail.template._joined", _out_of_memory)

    assert problem().code is RenderCode.TEMPLATE_TOO_LARGE


def _out_of_memory(_):
    raise MemoryError


def test_many_pieces_are_taken_in_turn():
    assert render(body="{% for i in range(9000) %}x{{ i }}{% endfor %}").text.endswith("x8999")


def test_a_fault_names_part_and_line():
    assert problem(body="a\n\n{{ 1 // 0 }}").detail == "body, line 3"
    assert problem("{{ 1 // 0 }}").detail == "subject, line 1"
    assert problem(body="{% if %}").detail == "body, line 1"
    assert problem(body="{% if %}").code is RenderCode.TEMPLATE_SYNTAX


def test_items_are_joined_and_escaped_in_html():
    found = render("s", "{{ tags|join('<br>') }}", is_html=True, fields={"tags": ["a", "<b>"]})

    assert found.html == "a&lt;br&gt;&lt;b&gt;"


def test_html_goes_with_a_text_part():
    found = render("s", "<p>Hi {{ n }}</p><ul><li>a</li></ul>", is_html=True, fields={"n": "A & B"})

    assert found.html == "<p>Hi A &amp; B</p><ul><li>a</li></ul>"
    assert found.text == "Hi A & B\n\n  * a"


def test_a_text_part_of_its_own_is_taken():
    found = render("s", "<p>Hi</p>", is_html=True, text="Hello {{ n }}", fields={"n": "Ana"})

    assert found.text == "Hello Ana"


def test_a_text_that_cannot_be_made_ahead_is_made_from_each_body():
    found = render("s", "<table><tr><td>{{ n }}</td><td>b</td></tr></table>", is_html=True, fields={"n": "Ana"})

    assert found.text == "Ana  b"


def test_quotes_that_an_editor_escaped_inside_a_token_are_meant_as_quotes():
    found = render("s", "<p>{{ n | default(&quot;you &amp; me&quot;) }}</p>", is_html=True)

    assert found.html == "<p>you &amp; me</p>"


TAIL: dict[str, Any] = {
    "signature_html": "<b>Ann {{ x }}</b>",
    "signature_text": "Ann {{ x }}",
    "opt_out": "No more? {{ unsubscribe_url }}\n<here>",
    "postal_address": "Example Ltd\n12 Main St & Co",
}


def test_signature_opt_out_and_address_stand_below_the_text():
    found = render("s", "Hi", fields={"unsubscribe_url": "https://example.com/u"}, **TAIL)

    assert found.text == ("Hi\n\nAnn {{ x }}\n\nNo more? https://example.com/u\n<here>\n\nExample Ltd\n12 Main St & Co")


def test_they_stand_above_the_end_of_an_html_body():
    found = render(
        "s", "<html><body><p>Hi {{ n }}</p></BODY></html>", is_html=True,
        fields={"unsubscribe_url": "https://example.com/u?a=1&b=2", "n": "Ana"}, **TAIL,
    )  # fmt: skip

    assert found.html == (
        "<html><body><p>Hi Ana</p><div><b>Ann {{ x }}</b></div>\n"
        '<p>No more? <a href="https://example.com/u?a=1&amp;b=2">https://example.com/u?a=1&amp;b=2</a><br>\n&lt;here&gt;</p>\n'
        "<p>Example Ltd<br>\n12 Main St &amp; Co</p>\n</BODY></html>"
    )
    assert found.text.startswith("Hi Ana\n\nAnn {{ x }}\n\nNo more? https://example.com/u?a=1&b=2\n")


def test_they_stand_at_the_end_where_the_body_has_none():
    body = "a{{ n }}b{% if n %}<body><p>Hi</p></body>{% endif %}c"
    found = render("s", body, is_html=True, fields={"n": 1}, signature_text="Ann\nExample")

    assert found.html == "a1b<body><p>Hi</p></body>c<div>Ann<br>\nExample</div>\n"


def test_a_text_takes_its_signature_from_html_where_it_has_no_other():
    assert render("s", "Hi", signature_html="<p>Ann <b>Sender</b></p>").text == "Hi\n\nAnn Sender"


def test_an_email_edited_by_hand_is_taken_as_it_stands():
    found = render("{{ s }}", "{{ b }} {%", is_literal=True, signature_text="Ann")
    html = render("{{ s }}", "<p>{{ b }} &amp;</p>", is_html=True, is_literal=True)

    assert found == Rendered("{{ s }}", None, "{{ b }} {%\n\nAnn")
    assert (html.html, html.text) == ("<p>{{ b }} &amp;</p>", "{{ b }} &")


def test_an_empty_subject_stays_empty():
    assert render(" ", "Hi").subject == ""


def test_all_problems_are_listed_part_by_part():
    found = check_template(source("{{ a", "{% if %}", opt_out="{{ x.y() }}"))

    assert [(one.part, one.line) for one in found] == [("subject", 1), ("body", 1), ("opt-out line", 1)]
    assert check_template(source("{{ a }}", "<p>{{ b }}", is_html=True)) == ()
    assert [one.part for one in check_template(source("a", "{{ a|nope }}", is_html=True))] == ["body"]


def test_the_names_a_text_needs():
    assert variables_of("{{ a }} {{ b|d('x') }}") == {"a"}
    assert analyse_text("{{ a }} {{ b|d('x') }}").used == {"a", "b"}


def test_a_plain_text_is_rendered_alone():
    assert render_text("Call {{ first_name }}", {"first_name": "Ana"}) == "Call Ana"


def test_templates_are_compiled_once_and_the_oldest_forgotten():
    templates = Templates(capacity=2)
    first, broken = source("a"), TemplateSource("broken", "{{", "", False)

    compiled = templates.get(first)
    for _ in range(2):
        with pytest.raises(MessageProblem):
            templates.get(broken)
    assert templates.get(first) is compiled
    templates.get(TemplateSource("third", "c", "", False))
    templates.get(TemplateSource("fourth", "d", "", False))
    assert templates.get(first) is not compiled
