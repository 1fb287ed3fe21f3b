"""What stands for media where it cannot be shown: a link to it."""

from bot.content.document import Embed, Image, Media, Run, Runs

_MAX_NAME = 64


def link_to(media: Media) -> Runs:
    """A mark for its kind, then its name as a link."""
    if isinstance(media, Embed):
        return (Run("▶ "), Run(media.title or media.site, link=media.url))
    address = media.sources[0]
    name = address.rsplit("/", 1)[-1].partition("?")[0] or address
    if isinstance(media, Image):
        return (Run("🖼 "), Run((media.alt or name)[:_MAX_NAME], link=address))
    return (Run("▶ "), Run(name, link=address))
