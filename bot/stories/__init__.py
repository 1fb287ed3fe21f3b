"""Whether two items tell the same story: by their links, by their titles, by the words in them."""

from bot.stories.links import link_form
from bot.stories.same import keys_of, tells_the_same

__all__ = ["keys_of", "link_form", "tells_the_same"]
