"""The words of Tidings in Fluent, one file a language; a file that is put here is a language."""

from importlib.resources import files
from importlib.resources.abc import Traversable

FOLDER: Traversable = files(__name__)
SUFFIX = ".ftl"


def languages(folder: Traversable = FOLDER) -> tuple[str, ...]:
    """The codes of the languages there are, in their order: ``en``, ``zh-hans``."""
    names = [entry.name for entry in folder.iterdir()]
    return tuple(sorted(name.removesuffix(SUFFIX) for name in names if name.endswith(SUFFIX)))
