"""Template text in parts: variables are found as people and files write them, everything else is left as it is."""

from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.gui.workshop.email_form import html_of, text_of
from opendoors_desktop.gui.workshop.template_text import Variable, parts_of, variable_at_end, variable_of


def written(text):
    return "".join(part.source if isinstance(part, Variable) else part for part in parts_of(text))


def variables(text):
    return [(part.name, part.fallback) for part in parts_of(text) if isinstance(part, Variable)]


def test_variables_are_found_with_their_fallbacks():
    text = 'Hi {{first_name}}, {{ company | default(\'your firm\') }} {{ custom.fleet|default("a \\"few\\"") }}!'
    assert variables(text) == [("first_name", None), ("company", "your firm"), ("custom.fleet", 'a "few"')]
    assert written(text) == text


def test_what_is_no_plain_variable_stays_words():
    text = "{% if city %}{{ city | upper }}{% endif %} {{ }} {{ a b }} {{ x | default(y) }} {{"
    assert variables(text) == []
    assert list(parts_of(text)) == [text]


@given(st.text("{} |\"'\\ab_.(),\ndefault", max_size=60))
def test_no_sign_is_lost_whatever_is_written(text):
    assert written(text) == text


@given(st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"]), min_size=1, max_size=30))
def test_a_fallback_comes_back_as_it_was_given(words):
    made = variable_of("first_name", words)
    assert variables(made.source) == [("first_name", words)]


def test_a_variable_is_known_when_its_last_brace_is_typed():
    assert variable_at_end("Hi {{ city }}") == Variable("{{ city }}", "city")
    assert variable_at_end("Hi {{ city }} ") is None
    assert variable_at_end("Hi }}") is None


def test_plain_text_becomes_html_and_comes_back_with_its_variables():
    text = 'Dear {{ first_name | default("you & yours") }},\n\n1 < 2\nsecond line\n\n{% if city %}There{% endif %}'
    markup = html_of(text)
    assert markup == (
        '<p>Dear {{ first_name | default("you & yours") }},</p>\n<p>1 &lt; 2<br>\nsecond line</p>\n'
        "<p>{% if city %}There{% endif %}</p>"
    )
    assert 'default("you & yours")' in text_of(markup)
    assert "1 < 2" in text_of(markup)
