"""The documentation fails the build where it lies."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
import typer

from bot.cli import app
from bot.config import Settings

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|tg:|mailto:)([^)\s]+)\)")
MAIL = re.compile(r"(?<![\w.+:/@-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}")
PERSONAL_PATH = re.compile(r"(?<![\w.:/*-])(?:/(?:home|root|work|tmp|Users|mnt|opt|srv)/|[A-Z]:\\)")
VARIABLE = re.compile(r"\bTIDINGS_(?:DEFAULT__)?([A-Z]+)__([A-Z_]+)\b")


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def command_behind(marker: str) -> str:
    """The content of the fenced block right behind an HTML comment of README.md."""
    block = re.search(rf"<!-- {marker} -->\n+```[^\n]*\n(.+?)\n```", read("README.md"), re.DOTALL)
    assert block, f"README.md needs <!-- {marker} --> and a fenced block right behind it"
    return block[1].strip()


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings
    }


# ---------------------------------------------------------------- README, changelog, architecture


@pytest.mark.parametrize("marker", ["run-command", "test-command"])
def test_the_readme_gives_the_commands(marker: str) -> None:
    assert command_behind(marker)


def test_the_gate_runs_the_test_command_of_the_readme() -> None:
    assert "<!-- test-command -->" in read(".ci/run")
    assert "pytest" in command_behind("test-command")


def test_the_newest_entry_of_the_changelog_is_the_version() -> None:
    version = tomllib.loads(read("pyproject.toml"))["project"]["version"]
    entries = re.findall(r"^## \[?([^\]\s]+)\]?", read("CHANGELOG.md"), re.MULTILINE)
    assert [entry for entry in entries if entry.lower() != "unreleased"][0] == version  # noqa: RUF015 - shows all when red


# ---------------------------------------------------------------- every page


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    for link in LINK.findall(FENCE.sub("", read(name))):
        path, _, anchor = link.partition("#")
        target = (page.parent / path) if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("name", [*NAMES, "config.example.toml", "Dockerfile", ".ci/run"])
def test_no_page_tells_of_a_persons_machine_or_mail(name: str) -> None:
    assert PERSONAL_PATH.findall(read(name)) == []
    assert MAIL.findall(read(name)) == []


@pytest.mark.parametrize("name", [*NAMES, "config.example.toml", "Dockerfile"])
def test_variables_that_a_page_names_exist(name: str) -> None:
    for section, key in VARIABLE.findall(read(name)):
        known = dict(getattr(Settings(), section.lower()))
        assert key.lower() in known, f"TIDINGS_{section}__{key}"


# ---------------------------------------------------------------- the command line


def test_every_command_is_documented() -> None:
    commands = getattr(typer.main.get_command(app), "commands", {})
    assert commands
    pages = "\n".join(page.read_text("utf-8") for page in PAGES)
    assert [name for name in commands if f"tidings {name}" not in pages] == []


def test_every_command_that_the_docs_name_exists() -> None:
    commands = getattr(typer.main.get_command(app), "commands", {})
    pages = "\n".join(page.read_text("utf-8") for page in PAGES)
    named = set(re.findall(r"(?:`|^\s*|\$ |run )tidings ([a-z][a-z-]+)", pages, re.MULTILINE))
    assert named - set(commands) == set()


# ---------------------------------------------------------------- the architecture


def test_the_page_shows_the_layers_that_are_checked() -> None:
    contracts = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    (layers,) = (contract["layers"] for contract in contracts if contract["type"] == "layers")
    drawn = re.search(r"```\n(__main__\n.*?)\n```", read("docs/architecture.md"), re.DOTALL)

    assert drawn
    assert drawn[1].splitlines() == [layer.replace("bot.", "") for layer in layers]


def test_the_drawn_house_has_every_room() -> None:
    drawn = read("docs/architecture.md").partition("## The house")[2].partition("## The layers")[0]
    rooms = {path.parent.name for path in (ROOT / "bot").glob("*/__init__.py")}

    assert {room for room in rooms if not re.search(rf"\b{room}\b", drawn)} == set()


# ---------------------------------------------------------------- the code


MODULES = sorted(
    str(path.relative_to(ROOT))
    for package in ("bot", "playground", "bench")
    for path in (ROOT / package).rglob("*.py")
)


@pytest.mark.parametrize("name", MODULES)
def test_the_first_line_of_a_module_says_what_it_is_for(name: str) -> None:
    docstring = ast.get_docstring(ast.parse(read(name))) or ""

    assert docstring.partition("\n")[0].endswith((".", ":"))
