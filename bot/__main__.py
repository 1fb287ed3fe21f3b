"""``python -m bot`` is ``tidings``.

Nothing is imported before it is needed: the parser's processes begin with this module too, and need
none of the bot.
"""


def main() -> None:
    """Run the command that stands in ``sys.argv``: the entry point of ``tidings``."""
    from bot.cli import app  # noqa: PLC0415 - see above

    app()


if __name__ == "__main__":
    main()
