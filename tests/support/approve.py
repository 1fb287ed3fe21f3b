"""``python -m tests.support.approve [NAME ...]`` writes what is made of the cases now.

Read ``git diff`` then.
"""

import sys

from tests.support.item_cases import CASES, read, written


def main(names: list[str]) -> None:
    for path in CASES:
        case = path.read_text("utf-8")
        made = written(read(case))
        if made != case and (not names or path.stem in names):
            path.write_text(made, "utf-8")
            print(path.stem)


if __name__ == "__main__":
    main(sys.argv[1:])
