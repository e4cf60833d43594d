"""Write package-lock.json for package.json: `python setup/lock_assets.py`, after changing a version there.

Every package named is a finished browser build that carries what it needs inside. npm would lock and
install their build-time dependencies too (160 packages more, some of them withdrawn since), so the lock is
written here with the named packages alone: version and checksum, no download address.
"""

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

PROJECT_DIR = Path(__file__).resolve().parents[1]
ALIAS = "npm:"


def locked(name: str, wanted: str) -> dict[str, Any]:
    """Return the lock's entry for one package; `wanted` is an exact version or an ``npm:`` alias."""
    npm = shutil.which("npm") or "npm"
    spec = wanted.removeprefix(ALIAS) if wanted.startswith(ALIAS) else f"{name}@{wanted}"
    answer = subprocess.run(
        [npm, "view", spec, "name", "version", "license", "dist.integrity", "--json"],
        check=True,
        capture_output=True,
        text=True,
    )
    facts = json.loads(answer.stdout)
    entry = {"version": facts["version"], "integrity": facts["dist.integrity"]}
    if wanted.startswith(ALIAS):
        entry["name"] = facts["name"]
    if isinstance(facts.get("license"), str):
        entry["license"] = facts["license"]
    return entry


def main() -> int:
    """Write the lock beside package.json."""
    package = json.loads((PROJECT_DIR / "package.json").read_text())
    wanted: dict[str, str] = package["dependencies"]
    with ThreadPoolExecutor(4) as pool:
        entries = pool.map(lambda item: locked(*item), wanted.items())
        packages = {f"node_modules/{name}": entry for name, entry in zip(wanted, entries, strict=True)}
    root = {key: package[key] for key in ("name", "license", "dependencies")}
    lock = {
        "name": package["name"],
        "lockfileVersion": 3,
        "requires": True,
        "packages": {"": root, **packages},
    }
    (PROJECT_DIR / "package-lock.json").write_text(json.dumps(lock, indent=2) + "\n")
    sys.stdout.write(f"{len(packages)} packages locked\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
