"""All tables. Importing this package fills `Base.metadata`."""

from geo.store.tables.accounts import Account, AccountScope, Session, SignInAttempt
from geo.store.tables.base import SCHEMA, Base
from geo.store.tables.briefings import Briefing, Disclosure
from geo.store.tables.incidents import Category, Incident, ReportCalendar
from geo.store.tables.ledger import (
    AuditEvent,
    DataChange,
    ExportLog,
    ImportBatch,
    ImportChange,
    ImportReject,
    Setting,
)
from geo.store.tables.places import AdminUnit, Block, Household, Post, Street, UnitLineage, Water
from geo.store.tables.plans import Plan, PlanChange, PlanCover, PlanDecision, PlanMove, PlanSplit, PlanUnsaved
from geo.store.tables.staffing import Assignment, Beat, BeatBlock, LegalDocument, Officer
from geo.store.tables.upkeep import BeatReport, BorderProposal, Target, Task

__all__ = [
    "SCHEMA",
    "Account",
    "AccountScope",
    "AdminUnit",
    "Assignment",
    "AuditEvent",
    "Base",
    "Beat",
    "BeatBlock",
    "BeatReport",
    "Block",
    "BorderProposal",
    "Briefing",
    "Category",
    "DataChange",
    "Disclosure",
    "ExportLog",
    "Household",
    "ImportBatch",
    "ImportChange",
    "ImportReject",
    "Incident",
    "LegalDocument",
    "Officer",
    "Plan",
    "PlanChange",
    "PlanCover",
    "PlanDecision",
    "PlanMove",
    "PlanSplit",
    "PlanUnsaved",
    "Post",
    "ReportCalendar",
    "Session",
    "Setting",
    "SignInAttempt",
    "Street",
    "Target",
    "Task",
    "UnitLineage",
    "Water",
]
