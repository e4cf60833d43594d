"""The pages of the app: address, file, and who may open each. A file that is not there is not offered."""

from dataclasses import dataclass
from pathlib import Path

from geo.domain.roles import Actor, Role
from geo.settings import PROJECT_DIR

_FOLDER = PROJECT_DIR / "pages"


@dataclass(frozen=True)
class PageEntry:
    """One page; `roles` None is everybody who is signed in. The services refuse whatever this lets pass."""

    key: str
    roles: frozenset[Role] | None = None

    @property
    def file(self) -> Path:
        """The script of the page."""
        return _FOLDER / f"{self.key}.py"

    @property
    def path(self) -> str:
        """The page's address on the server."""
        return "/" if self.key == HOME else f"/{self.key}"

    def is_for(self, actor: Actor) -> bool:
        """Say whether the page is offered to `actor`."""
        return self.roles is None or actor.role in self.roles


HOME = "home"
_PLANNERS = frozenset({Role.PLANNER, Role.COMMANDER})
_KEEPERS = frozenset({Role.WARD_OFFICER, Role.COMMANDER, Role.PLANNER})
_ALL = (
    PageEntry(HOME),
    PageEntry("hotspots"),
    PageEntry("coverage"),
    PageEntry("upkeep", _KEEPERS),
    PageEntry("tasks"),
    PageEntry("reassign", _PLANNERS),
    PageEntry("briefing", frozenset({Role.ADMIN, Role.COMMANDER, Role.PLANNER, Role.BRIEFER})),
    PageEntry("imports", frozenset({Role.ADMIN, Role.PLANNER})),
    PageEntry("admin", frozenset({Role.ADMIN})),
)


def pages() -> list[PageEntry]:
    """Return the pages that this version has, in the order of the menu."""
    return [page for page in _ALL if page.file.is_file()]
