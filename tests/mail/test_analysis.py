"""What a template needs and what is wrong with it, read without running it."""

import pytest

from opendoors_desktop.mail.analysis import LONGEST_SOURCE, MOST_TOKENS, analyse
from opendoors_desktop.mail.errors import RenderCode
from opendoors_desktop.mail.sandbox import Sandbox

TEXT = Sandbox(is_html=False)


@pytest.mark.parametrize(
    "source,needed,optional",
    [
        ("plain", "", ""),
        ("{{ first_name }}", "first_name", ""),
        ("{{ custom.plan }} {{ custom['start day'] }}", "custom.plan custom.start_day", ""),
        ("{{ first_name | default('there') }} {{ custom.plan|d('x')|upper }}", "", "first_name custom.plan"),
        ("{{ first_name|upper|default('x') }}", "first_name", ""),
        ("{{ title or 'you' }}", "", "title"),
        ("{{ title or name }}", "name", "title"),
        ("{{ title and name }}", "title name", ""),
        ("{{ not title }}", "", "title"),
        ("{{ a if a else b }}", "b", "a"),
        ("{{ a if b }}", "a", "b"),
        ("{{ a if not b else b }}", "a", "b"),
        ("{% if a %}{{ a }}{{ b }}{% elif c %}{{ c }}{{ a }}{% else %}{{ d }}{% endif %}", "a b d", "c"),
        ("{% if a is defined %}{{ a }}{% endif %}", "", "a"),
        ("{% if a is undefined %}x{% else %}{{ a }}{% endif %}", "", "a"),
        ("{% if not a %}x{% else %}{{ a }}{% endif %}", "", "a"),
        ("{% if a and b %}{{ a }}{{ b }}{% endif %}", "", "a b"),
        ("{% if not a or not b %}{% else %}{{ a }}{{ b }}{% endif %}", "", "a b"),
        ("{% if a == 'x' %}y{% endif %}", "a", ""),
        ("{% if a is string %}y{% endif %}", "a", ""),
        ("{% if 'x' in tags %}y{% endif %}", "tags", ""),
        ("{{ a is defined }}", "", "a"),
        (
            "{% for b in benefits %}{{ loop.index }} {{ b.name }} {{ c }}{% else %}{{ d }}{% endfor %}",
            "benefits c d",
            "",
        ),
        ("{% for k, v in custom.items() if v %}{{ k }}{{ v|upper }}{% endfor %}", "custom", ""),
        ("{% for i in range(3) %}{{ loop.cycle('a', 'b') }}{{ names[i] }}{% endfor %}", "names", ""),
        ("{% set x = a %}{{ x }}{{ y }}", "a y", ""),
        ("{% set x %}{{ a }}{% endset %}{{ x }}", "a", ""),
        ("{% set x | upper %}{{ a }}{% endset %}{{ x }}", "a", ""),
        ("{% with x = a %}{{ x }}{% endwith %}{{ x }}", "a x", ""),
        ("{% filter upper %}{{ a }}{% endfilter %}", "a", ""),
        ("{{ name.strip().title() }} {{ name.replace(a, 'b') }}", "name a", ""),
        ("{{ a ~ b }} {{ a + 1 }} {{ [a, c][0] }} {{ -d }} {{ e[1:2] }}", "a b c d e", ""),
        ("{{ name|truncate(length, end=tail) }}", "name length tail", ""),
    ],
)
def test_the_variables_a_template_needs_and_those_with_a_way_out(source, needed, optional):
    found = analyse(TEXT, source)

    assert found.problems == ()
    assert {name.replace(" ", "_") for name in found.needed} == set(needed.split())
    assert found.used - found.needed == set(optional.split())


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__ }}",
        "{{ x._private }}",
        "{{ _x }}",
        "{{ x|attr('__class__') }}",
        "{{ x|safe }}",
        "{% if x is callable %}{% endif %}",
        "{{ '{:>1000000000}'.format(1) }}",
        "{{ x.center(10) }}",
        "{{ x() }}",
        "{{ (x ~ y)() }}",
        "{{ self }}",
        "{{ loop.index }}",
        "{% for x in y %}{{ loop.__class__ }}{{ loop(y) }}{% endfor %}",
        "{% for x in y %}{{ loop.depth }}{% endfor %}",
        "{% for x in y %}{{ loop.index() }}{% endfor %}",
        "{% for x in y recursive %}{% endfor %}",
        "{{ range(*x) }}",
        "{{ x|join(**y) }}",
        "{% set loop = 1 %}",
        "{% set ns.x = 1 %}",
        "{% for range in y %}{% endfor %}",
        "{% macro f(s, n) %}{{ f(s + s, n - 1) }}{% endmacro %}",
        "{% call f() %}{% endcall %}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% from 'x' import y %}",
        "{% extends 'x' %}",
        "{% block a %}{% endblock %}",
        "{% autoescape false %}{{ x }}{% endautoescape %}",
    ],
)
def test_T77_fault_39_what_a_template_has_no_business_with_is_refused(source):
    found = analyse(TEXT, "first line\n" + source, "body")

    assert {problem.code for problem in found.problems} == {RenderCode.TEMPLATE_FORBIDDEN}
    assert {(problem.part, problem.line) for problem in found.problems} == {("body", 2)}


@pytest.mark.parametrize(
    "source,line",
    [
        ("{{ x", 1),
        ("a\n\n{% if x %}", 3),
        ("{% nonsense %}", 1),
        ("a\n{{ x | }}", 2),
        ("{{ " + "(" * 5000 + " }}", 1),
        ("{{ " + "9" * 5000 + " }}", 1),
        ("{% continue %}", 1),
    ],
)
def test_what_is_no_template_is_told_with_its_line(source, line):
    (found,) = analyse(TEXT, source).problems

    assert (found.code, found.line) == (RenderCode.TEMPLATE_SYNTAX, line)
    assert found.message


@pytest.mark.parametrize("source", ["x" * (LONGEST_SOURCE + 1), "{{ a }}" * (MOST_TOKENS + 1)])
def test_a_text_that_is_too_long_is_not_even_read(source):
    (found,) = analyse(TEXT, source).problems

    assert found.code is RenderCode.TEMPLATE_TOO_LARGE
