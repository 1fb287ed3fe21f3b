"""What several feeds tell comes as one message, which names them all and lists them on a tap."""

import pytest

from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import buttons, has, subscribe
from tests.support.telegram_world import ANN, Json, TelegramWorld

PAGE = "https://example.org/2026/lighthouse-at-skerry-reopens"


async def follow_two(world: TelegramWorld, server: FeedServer, chat: int = ANN) -> None:
    """Two feeds that have nothing in common yet."""
    for path, title in (("/herald.xml", "Herald"), ("/courier.xml", "Courier")):
        server.feed(path, items=[f"{title} begins"], title=title)
        await subscribe(world, server.url(path), chat)


async def now(world: TelegramWorld, message: Json) -> Json:
    """A message as it stands now."""
    found = await world.messages(message["chat"]["id"])
    return next(each for each in found if each["message_id"] == message["message_id"])


async def told_twice(
    world: TelegramWorld, server: FeedServer, html: str = "", chat: int = ANN, **fields: object
) -> Json:
    """The first feed tells it, then the second; the first message once it names both."""
    server.publish("/herald.xml", "Lighthouse opens", html, link=PAGE, **fields)
    # An article has no ``text``: hence whatever a message holds.
    first = await world.wait_for(lambda m: "Lighthouse opens" in str(m), chat=chat)
    server.publish("/courier.xml", "Skerry tower open again", link=f"{PAGE}?utm_source=rss")
    return await world.wait_for(
        lambda m: m["message_id"] == first["message_id"] and "Also in: " in str(m), chat=chat
    )


async def test_the_second_feed_is_named_in_the_first_message_and_listed_on_a_tap(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await follow_two(world, server)
    message = await told_twice(world, server, "<p>The stairs were mended.</p>")
    links = [entity["url"] for entity in message["entities"] if "url" in entity]
    await world.tap(message, "All sources (2)")
    listed = await world.wait_for(has("2 of your feeds tell this"))

    # A third feed's item comes, so whatever the second one queued would be there by now.
    server.publish("/courier.xml", "Something else")
    await world.wait_for(has("Something else"))

    assert "stairs were mended" in message["text"]
    assert links.count(PAGE) >= 2
    assert "Herald: Lighthouse opens" in listed["text"]
    assert "Courier: Skerry tower open again" in listed["text"]
    assert [m for m in await world.from_bot() if m.get("text", "").startswith("Skerry")] == []
    assert (await now(world, message))["text"] == message["text"]


@pytest.mark.parametrize("style", ["classic", "rich", "link"])
async def test_a_message_of_any_style_says_who_else_tells_it(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, style: str
) -> None:
    await follow_two(world, server)
    await world.say(f"/set style {style}")
    await world.wait_for(has("tyle"))
    picture = server.picture("/tower.png")
    message = await told_twice(world, server, f'<p>Mended.</p><img src="{picture}">')

    assert buttons(message)[-1] == "🗞 All sources (2)"
    assert ("photo" in message) == (style == "classic")


async def test_an_album_names_the_others_in_its_caption(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await follow_two(world, server)
    pictures = [server.picture(f"/tower{number}.png") for number in (1, 2)]
    html = "".join(f'<p><img src="{picture}" width="600" height="600"></p>' for picture in pictures)
    message = await told_twice(world, server, html)

    assert "Also in: Courier" in message["caption"]
    assert "media_group_id" in message
    assert buttons(message) == []


async def test_a_message_that_somebody_deleted_is_left_alone_and_nothing_comes_twice(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await follow_two(world, server)
    server.publish("/herald.xml", "Lighthouse opens", link=PAGE)
    first = await world.wait_for(has("Lighthouse opens"))
    await world.call("deleteMessage", chat_id=ANN, message_id=first["message_id"])
    server.publish("/courier.xml", "Skerry tower open again", link=PAGE)
    server.publish("/courier.xml", "Something else")
    await world.wait_for(has("Something else"))
    server.publish("/herald.xml", "Nothing new")
    await world.wait_for(has("Nothing new"))

    assert [m for m in await world.from_bot() if has("Skerry tower")(m)] == []


async def test_what_is_asked_below_a_message_leaves_its_sources_there(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await follow_two(world, server)
    await world.say("/set buttons thumbs")
    await world.wait_for(has("👍 👎"))
    message = await told_twice(world, server)
    before = buttons(message)
    await world.tap(message, "👎")
    asked = buttons(await now(world, message))

    assert before == ["👍 more", "👎 less", "🗞 All sources (2)"]
    assert "🗞 All sources (2)" in asked
    assert len(asked) > 3
