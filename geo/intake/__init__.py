"""Files into checked frames, and rejects with reasons. Knows no database. Entry: `read`."""

from geo.intake.reading import read
from geo.intake.report import Intake, Reason, Reject
from geo.intake.source import Options

__all__ = ["Intake", "Options", "Reason", "Reject", "read"]
