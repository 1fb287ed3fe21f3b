"""Bodies as feeds write them: what was meant is shown, and what only looks like a mistake stays."""

from datetime import UTC, datetime

import pytest

from bot.content.html.sanitise import sanitise
from bot.content.localize import ENGLISH
from bot.content.messages.styles import compose_in_style
from bot.content.render import classic
from bot.content.render.terminal import plain
from bot.model import Fallback, Feed, Item, Options, Style


def text_of(body: str) -> str:
    return classic.render(sanitise(body, "https://harbour.example/1").blocks).text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("Fog &amp;amp; rain over&amp;nbsp;the bay", "Fog & rain over the bay"),
        ("The gull said &amp;quot;no&amp;quot;.", 'The gull said "no".'),
        ("It wasn&amp;#8217;t", "It wasn’t"),
        ("Caf&amp;eacute; R&amp;amp;D", "Café R&D"),
        ("<p>It wasn&amp;rsquo;t &amp;amp;mdash; really</p>", "It wasn’t — really"),
        ("Fog &amp;amp;amp; rain", "Fog & rain"),
        ("Туман &amp;laquo;над&amp;raquo; бухтой", "Туман «над» бухтой"),
        ("海湾&amp;nbsp;有雾 &amp;ldquo;雾&amp;rdquo;", "海湾 有雾 “雾”"),
    ],
)
def test_characters_that_were_escaped_twice_are_read(body: str, text: str) -> None:
    assert text_of(body) == text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            "Between words, use &amp;nbsp; and nothing else",
            "Between words, use &nbsp; and nothing else",
        ),
        ('The entity "&amp;copy;" is a sign', 'The entity "&copy;" is a sign'),
        ("<p>In <code>don&amp;rsquo;t</code> it is escaped</p>", "In don&rsquo;t it is escaped"),
        ("a &amp;b; c", "a &b; c"),
        ("Fog &amp; rain", "Fog & rain"),
    ],
)
def test_a_text_may_speak_of_entities(body: str, text: str) -> None:
    assert text_of(body) == text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            (
                '<img src="https://x.example/a.jpg">&lt;p&gt;The harbour &lt;a href="/n"&gt;close'
                "s&lt;/a&gt;.&lt;/p&gt;"
            ),
            "The harbour closes.",
        ),
        ("<div>&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;</div>", "One.\n\nTwo."),
        ("<p>&lt;b&gt;Fog&lt;/b&gt; and rain&lt;br /&gt;</p>", "Fog and rain"),
        (
            '<a href="?a=1&amp;b=2"><img src="a.jpg"></a>&lt;p&gt;Fog &amp;amp; rain&lt;/p&gt;',
            "Fog & rain",
        ),
    ],
)
def test_a_body_that_was_escaped_but_for_its_picture_is_read(body: str, text: str) -> None:
    assert text_of(body) == text


@pytest.mark.parametrize(
    "body",
    [
        "<p>Write &lt;b&gt;fog&lt;/b&gt; where it should be bold.</p>",
        "<p>The element &lt;p&gt; ends with &lt;/p&gt; as a rule.</p>",
        "Use &lt;i&gt;this&lt;/i&gt;<br>or that",
        "<code>&lt;p&gt;Fog&lt;/p&gt;</code>",
    ],
)
def test_a_text_may_speak_of_tags(body: str) -> None:
    assert "<" in text_of(body)


@pytest.mark.parametrize(
    "tag",
    [
        "<iframe src='https://player.example/1' />",
        '<iframe src="https://www.youtube.com/embed/abcdefghijk"/>',
        "<script src='a.js'/>",
        '<span style="display:none"/>',
        "<textarea/>",
        '<div class="sharedaddy" />',
        "<video src='https://x.example/a.mp4'/>",
        "<title/>",
    ],
)
def test_a_tag_that_closes_itself_holds_nothing(tag: str) -> None:
    assert "Then the fog lifted." in text_of(f"<p>Before.</p>{tag}<p>Then the fog lifted.</p>")


def test_a_self_closed_tag_leaves_the_look_of_the_rest() -> None:
    html = classic.render(sanitise('<p><i class="icon"/>Fog <b/>and rain</p>', None).blocks).html

    assert html == "Fog and rain"


def test_the_end_of_an_address_without_quotes_closes_nothing() -> None:
    html = classic.render(sanitise("<a href=https://x.example/>The fog</a>", None).blocks).html

    assert html == '<a href="https://x.example/">The fog</a>'


@pytest.mark.parametrize(
    "code",
    [
        (
            '[vc_row full_width="stretch"][vc_column][vc_column_text]{}[/vc_column_text][/vc_'
            "column][/vc_row]"
        ),
        '[et_pb_section fb_built="1" admin_label=”Hero″]{}[/et_pb_section]',
        '[caption id="attachment_12" align="alignnone" width="300"]{}[/caption]',
        "{}<p>[contact-form-7 404 &quot;Not Found&quot;]</p>",
        (
            "{}<p>[contact-form][contact-field label=&#8217;Name&#8217; type=&#8217;name&#821"
            "7;/][/contact-form]</p>"
        ),
        "<p>[toggle_box]</p><p>{}</p><p>[/toggle_box]</p>",
        "<p>[table_of_contents]</p><p>{}</p>",
        '{} [su_button url="https://x.example/"]',
        "[embed]{}[/embed]",
        "<p>[vc_column_text]{}[/vc_column_text]</p>",
        "[dropcap]{}[/dropcap]",
        "<p>{} [ninja_form id=2]</p>",
        "<p>{}[su_spacer size=20]</p>",
        "{}<p>[gallery ids='1,2,3']</p>",
        (
            "<p>[fusion_builder_container type=&#8221;flex&#8221; hundred_percent=&#8221;no&#"
            "8221;][fusion_text]</p>{}"
        ),
    ],
)
def test_placeholders_of_a_page_builder_are_no_text(code: str) -> None:
    assert text_of(code.format("The fog lifts at noon.")) == "The fog lifts at noon."


@pytest.mark.parametrize(
    "text",
    [
        "He said he was fine [sic] and left [1].",
        "[Update] The fog lifts.",
        "[well-known] harbours",
        "Set names[my_index] to the placeholder [user_name] of the file.",
        "The section [tool.ruff] and [[my_table]]",
        "Select a[href] or [data-x] in the page",
        "[b]Bold[/b] as forums have it",
        "[video] The harbour at noon",
        "[图] 雾散了 [图片来源]",
        "[…] and so on",
    ],
)
def test_brackets_of_authors_stay(text: str) -> None:
    assert text_of(f"<p>{text}</p>") == text


def test_placeholders_in_code_stay() -> None:
    assert text_of('<pre>[caption id="1"]x[/caption]</pre>') == '[caption id="1"]x[/caption]'


WRAPPED = (
    "The fog lay on the bay from early in the morning until the gulls\n"
    "came back from the open sea, and nobody in the harbour knew when\n"
    "it would lift, nor whether the boats that were expected from the\n"
    "islands had left at all.\n"
    "\n"
    "It lifted at noon."
)


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_lines_broken_to_fit_a_width_are_joined(line_break: str) -> None:
    first, last = text_of(WRAPPED.replace("\n", line_break)).split("\n\n")

    assert first.startswith("The fog lay on the bay from early in the morning until the gulls came")
    assert "\n" not in first
    assert last == "It lifted at noon."


def test_lists_in_wrapped_text_keep_their_lines() -> None:
    text = text_of(f"{WRAPPED}\n- the boats that came in before it lifted, and the others\n- gulls")

    assert text.endswith("\n- the boats that came in before it lifted, and the others\n- gulls")


def test_wrapped_persian_and_chinese_are_joined() -> None:
    words = "مه از صبح زود روی خلیج بود و هیچ کس نمی‌دانست که چه وقت خواهد رفت و قایق‌ها کجا هستند"
    assert "\n" not in text_of(f"{words}\n{words}\n{words}")
    line = (
        "雾从清晨起就笼罩着海湾，港口里没有人知道它什么时候会散，"
        "也没有人知道从岛上来的船是否已经出发，只有海鸥在叫。"
    )
    assert text_of(f"{line}\n{line}\n{line}") == line * 3


@pytest.mark.parametrize(
    "text",
    [
        "The fog comes\non little cat feet\nit sits looking\nover harbour and city",
        (
            "Shall I compare thee to a harbour's day, in fog?\n"
            "Thou art more lovely and more temperate still:\n"
            "Rough winds do shake the darling boats of May,\n"
            "And summer's lease hath all too short a date."
        ),
        (
            "00:12 Of nets and ropes, and of what the sea gives back to us\n"
            "12:40 Of gulls, and of the people who feed them all the same\n31:05 Goodbye"
        ),
        (
            "https://harbour.example/a-long-address-of-a-page-with-many-words\n"
            "https://harbour.example/another-long-address-of-a-page-with-words\nhttps://harbour.example/the-last-long-address-of-a-page-with-x"
        ),
        "Ann Example, Harbour Street 12\nSome Town",
        (
            "第一段说的是海湾里的雾，从清晨起就没有散过。\n第二段说的是船，它们还没有从岛上"
            "回来，大家都在港口等着，一直等到了中午，雾终于散了，船也终于回来了。\n第三段很"
            "短。"
        ),
    ],
)
def test_lines_that_are_meant_stay(text: str) -> None:
    assert text_of(text) == text


def message(body: str, link: str = "https://harbour.example/1", summary: int = 500) -> str:
    """The text of a classic message, links with their addresses."""
    item = Item(1, 1, link, "Fog", "", None, datetime(2026, 1, 1, tzinfo=UTC), body)
    feed = Feed(1, "https://harbour.example/feed", "Harbour", "https://harbour.example/")
    options = Options(style=Style.CLASSIC, summary=summary)
    return plain(compose_in_style(item, feed, options, Fallback.FULL, ENGLISH)[0])


@pytest.mark.parametrize("summary", [90, 120, 500])
@pytest.mark.parametrize("before", ["", "Read: "])
def test_a_text_that_is_a_link_as_a_whole_is_cut_behind_a_word(summary: int, before: str) -> None:
    words = "the fog lay on the bay and nobody in the harbour knew when it would lift " * 20
    text = message(f'<p>{before}<a href="/all">{words}</a></p>', summary=summary)

    shown = text.split("\n\n")[1].partition("<")[0].rstrip(" …").removeprefix(before)
    assert shown.split()
    assert set(shown.split()) <= set(words.split())


def test_a_long_link_leads_to_its_item() -> None:
    link = f"https://alerts.example/url?u={'a' * 5000}"

    assert link in message("<p>Found.</p>", link)


HOVER = "The gulls did not sign the agreement, though they were asked twice."


def picture(hover: str) -> str:
    return f'<img src="https://files.example/gulls.png" alt="{hover}" title="{hover}">'


@pytest.mark.parametrize(
    "body",
    [
        picture(HOVER),
        f"<p>{picture(HOVER)}</p><p>More on Friday.</p>",
        f'<a href="https://comic.example/1">{picture(HOVER)}</a>',
        f'<figure><img src="https://files.example/a.png"><figcaption>{HOVER}</figcaption></figure>',
    ],
)
def test_what_a_comic_says_to_who_points_at_it_is_said(body: str) -> None:
    assert message(body).count(HOVER) == 1


def test_chinese_is_said_to_who_points_at_a_picture() -> None:
    assert "海鸥没有签字，虽然问了它们两次。" in message(
        picture("海鸥没有签字，虽然问了它们两次。")
    )


@pytest.mark.parametrize("hover", ["IMG_1234", "The harbour", "harbour-at-dawn-with-two-gulls.jpg"])
def test_a_name_of_a_picture_is_not_said(hover: str) -> None:
    assert hover not in message(picture(hover))


def test_beside_a_text_it_is_the_caption_of_the_picture() -> None:
    assert HOVER not in message(picture(HOVER) + f"<p>{'The fog lifts. ' * 40}</p>")
