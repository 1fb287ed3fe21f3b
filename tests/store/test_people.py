"""What is kept of people, table by table, and that nothing of it is left when they are erased."""

from pathlib import Path

from bot.model import Chat, ChatKind
from bot.store import Tx, chats, people
from tests.support.stored import ENGLISH, NOW, opened

PERSON, CHANNEL = 1001, -1_000_000_000_007


async def test_an_import_into_a_channel_that_is_told_in_private_is_forgotten(
    tmp_path: Path,
) -> None:
    def begin(tx: Tx) -> None:
        chats.upsert(tx, Chat(PERSON, ChatKind.PRIVATE, "Ann", ENGLISH), NOW)
        chats.upsert(tx, Chat(CHANNEL, ChatKind.CHANNEL, "Paper", ENGLISH), NOW)
        for told_in in (PERSON, None):
            tx.execute(
                """
                INSERT INTO imports (chat_id, topic_id, told_in, user_id, name, language, repeats,
                    misread, created)
                VALUES (:chat, 0, :told_in, :person, 'feeds.opml', 'en', 0, 0, 0)
                """,
                chat=CHANNEL,
                told_in=told_in,
                person=PERSON,
            )

    async with opened(tmp_path) as store:
        await store.run(begin)
        await store.run(people.erase, PERSON, NOW)
        left = await store.run(lambda tx: tx.query("SELECT told_in, user_id FROM imports"))

    assert left == [{"told_in": None, "user_id": None}]
