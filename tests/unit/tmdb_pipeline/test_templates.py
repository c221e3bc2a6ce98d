import pytest

from tmdb_pipeline.language import Count, Language, Said
from tmdb_pipeline.templates import environment


def render(source, language=Language.EN, **given):
    """What a template of one line makes of these values."""
    return environment("tmdb_pipeline", language).from_string(source).render(**given)


@pytest.mark.parametrize(
    ("source", "value", "korean", "english"),
    [
        ("{{ it|number }}", 1234.5, "1,234", "1,234"),
        ("{{ it|number(1) }}", 1234.5, "1,234.5", "1,234.5"),
        ("{{ it|cut }}", 99.96, "99.9", "99.9"),
        ("{{ it|percent(2) }}", 99.999, "99.99%", "99.99%"),
        ("{{ it|day }}", "2026-11-27", "2026년 11월 27일 (금)", "Fri 27 Nov 2026"),
        ("{{ it|day }}", "<yesterday>", "&lt;yesterday&gt;", "&lt;yesterday&gt;"),
        (
            "{{ it|moment }}",
            "2026-11-26T16:05:59Z",
            '<time datetime="2026-11-26T16:05:59Z">2026년 11월 27일 오전 1:05</time>',
            '<time datetime="2026-11-26T16:05:59Z">27 Nov 2026, 01:05</time>',
        ),
        ("{{ it|moment }}", '"<', *['<time datetime="&#34;&lt;">&#34;&lt;</time>'] * 2),
        ("{{ it|name }}", "a_b/<c>.d", *['<code class="name">a_<wbr>b/<wbr>&lt;c&gt;.<wbr>d</code>'] * 2),
        ("{{ language }} {{ it }}", "&", "ko &amp;", "en &amp;"),
    ],
)
def test_values_are_told_in_the_language(source, value, korean, english):
    """Numbers and times as its readers write them; what is none, as a file of others may hold, as it stands there."""
    assert render(source, Language.KO, it=value) == korean
    assert render(source, Language.EN, it=value) == english


def test_fields_of_a_text_are_escaped_and_markup_is_kept():
    """What fills in a text is a text, unless a filter has marked it up; braces of what fills it in are no fields."""
    said = Said("{pages} {pages:page|pages} of <{file}>", "<{file}>의 페이지 {pages}개")

    told = "{{ said|told(pages=pages, file=file|name) }} {{ said|told(pages=pages, file=file) }}"

    assert render(told, said=said, pages=Count(1), file="{x}&") == (
        '1 page of &lt;<code class="name">{x}&amp;</code>&gt; 1 page of &lt;{x}&amp;&gt;'
    )
    assert render("{{ said|told }}", Language.KO, said=Said("{", "{가<")) == "{가&lt;"
