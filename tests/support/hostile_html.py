"""Input made to stop a parser."""

from tests.support.pace import allowed

SECONDS = allowed(5)

HOSTILE = {
    "nested_div": "<div>" * 200_000,
    "nested_div_with_text": "<div>x" * 200_000,
    "nested_quotes": "<blockquote>x" * 100_000,
    "nested_lists": "<ul><li>x" * 100_000,
    "nested_tables": "<table><tr><td>x" * 50_000,
    "nested_bold": "<b>" * 200_000,
    "nested_fonts": "<p><font color=a>x" * 50_000,
    "misnested_formatting": "<p>"
    + "".join(f"<b id={n}>" for n in range(3000))
    + "</p>"
    + "<p>x" * 3000,
    "misnested_few": "<p>" + "".join(f"<i id={n}>" for n in range(100)) + "</p>" + "<p>x" * 20_000,
    "adoption": "<a href=x><b><p></a></b>" * 20_000,
    "ampersands": "&" * 2_000_000,
    "escaped_ampersands": "&amp;" * 400_000,
    "half_open_comments": "<!--" * 200_000,
    "half_open_tags": "<a href=" * 200_000,
    "less_than": "<" * 1_000_000,
    "attributes": "<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">x",
    "attributes_in_quotes": "<p " + " ".join(f"a{n}='<>'" for n in range(100_000)) + ">x",
    "attributes_glued": "<p " + "".join(f"a{n}='>'" for n in range(100_000)) + ">x",
    "one_long_attribute": '<img src="data:image/png;base64,' + "A" * 3_000_000 + '">text',
    "quotes": "<a b='<a b=\"" * 60_000,
    "spaces": " " * 1_000_000 + "x",
    "newlines": "\n" * 500_000,
    "breaks": "<br>" * 200_000,
    "text_nodes": "x<!---->" * 100_000,
    "nul": "\0" * 1_000_000,
    "combining": "e" + "\u0301" * 500_000,
    "flags": "🇩" * 300_000,
    "sentences": "A. " * 300_000,
    "commas": ", " * 300_000,
    "double_escaped": "&lt;p&gt;" * 100_000 + "&lt;/p&gt;",
    "double_escaped_images": "&lt;img " * 100_000,
    "srcset": '<img srcset="' + "a.jpg 1w," * 20_000 + '">',
    "srcset_commas": '<img srcset="' + "a" * 4000 + "," * 100_000 + '">',
    "proxy": '<img src="https://p.example/' + "https://" * 250 + '">' * 50,
    "share_lines": "<p>" + "share on " * 44 + "!</p>",
    "share_lines_of_spaces": "<p>" + "| " * 250 + "!</p>",
    "footer_like": "<p>The post " + "appeared first " * 30 + "</p>",
    "read_more": "<p>" + "(" * 200_000 + "</p>",
    "definition_lists": "<dl><dt>a<dd>b" * 20_000,
    "ruby": "<ruby><rt>" * 50_000,
    "pre_of_breaks": "<pre>" + "<br>" * 100_000,
    "title_like": "w " * 100_000,
    "places": "".join(f'<p id="n{n}"><a href="#n{n + 1}">{n}</a>' for n in range(10_000)),
    "half_open_links": "<a href=https://a.example" * 50_000 + "#",
    "ids": " id=" * 200_000 + "#",
    "times": '<time datetime="2026-01-01T00:00:00Z">' * 50_000,
    "players": "".join(
        f"<video src=/{n}.mp4></video><audio src=/{n}.mp3></audio>" for n in range(10_000)
    ),
    "repeated_pictures": '<img src="/a.jpg"><p>x' * 20_000,
    "noscript": "<noscript>javascript " * 20_000,
}
