"""What Telegram has, and what cannot be had for now."""

from datetime import timedelta
from pathlib import Path

from bot.model import MediaKind, TelegramFile
from bot.store import files
from bot.store.files import Party
from tests.support.stored import DAY, MINUTE, NOW, SECOND, opened

URL = "https://example.org/a.png"
PHOTO, ANIMATION = TelegramFile("p", MediaKind.PHOTO), TelegramFile("a", MediaKind.ANIMATION)


async def test_a_file_is_known_in_every_kind_that_it_was_sent_as(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(files.remember, {URL: PHOTO}, NOW)
        await store.run(files.remember, {URL: ANIMATION}, NOW)
        await store.run(files.remember, {URL: TelegramFile("p2", MediaKind.PHOTO)}, NOW)

        found = await store.run(files.known, [URL, "https://example.org/b.png"], NOW)

        assert {one.kind: one.id for one in found.pop(URL)} == {
            MediaKind.PHOTO: "p2",
            MediaKind.ANIMATION: "a",
        }
        assert found == {}
        await store.run(files.forget, [URL])
        assert await store.run(files.known, [URL], NOW) == {}


async def test_a_fault_of_telegrams_lasts_a_day_and_ours_longer_each_time(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(files.blame, URL, Party.TELEGRAM, "WEBPAGE_CURL_FAILED", NOW)
        assert await store.run(files.barred, [URL], NOW + DAY - SECOND) == {URL: {Party.TELEGRAM}}
        assert await store.run(files.barred, [URL], NOW + DAY) == {}

        pauses, moment = [], NOW + 2 * DAY
        for _ in range(6):
            await store.run(files.blame, URL, Party.US, "404", moment)
            pause = timedelta()
            while URL in await store.run(files.barred, [URL], moment + pause):
                pause += 10 * MINUTE
            pauses.append(pause)
            moment += pause

        assert pauses == [10 * MINUTE, 40 * MINUTE, 160 * MINUTE, 640 * MINUTE, DAY, DAY]


async def test_pruning_drops_unused_files_and_faults_long_over(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(files.remember, {URL: PHOTO}, NOW)
        await store.run(files.remember, {URL + "2": PHOTO}, NOW + 2 * DAY)
        await store.run(files.blame, URL, Party.US, "404", NOW)

        assert await store.run(files.prune, NOW + DAY, NOW + DAY, 100) == 1
        assert await store.run(files.prune, NOW + DAY, NOW + 8 * DAY, 100) == 1
        assert await store.run(files.known, [URL, URL + "2"], NOW + 2 * DAY) == {
            URL + "2": (PHOTO,)
        }
