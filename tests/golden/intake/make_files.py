"""Write the golden files of the importer into a folder, to be looked at or tried on the Imports page.

    python -m tests.golden.intake.make_files FOLDER

Each ``files_<topic>.py`` beside this module has the makers of its files in ``FILES``; the tests call them.
"""

import importlib
import sys
from pathlib import Path


def make_all(folder: Path) -> list[Path]:
    """Write every golden file into a subfolder of `folder` for its topic; return their paths."""
    made = []
    for module in sorted(Path(__file__).parent.glob("files_*.py")):
        topic = module.stem.removeprefix("files_")
        target = folder / topic
        target.mkdir(parents=True, exist_ok=True)
        made += [make(target) for make in importlib.import_module(f"tests.golden.intake.{module.stem}").FILES]
    return made


if __name__ == "__main__":
    for path in make_all(Path(sys.argv[1])):
        print(path)
