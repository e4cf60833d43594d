"""All tables. Importing this package fills `Base.metadata`."""

from geo.store.tables.accounts import Account, AccountScope, Session, SignInAttempt
from geo.store.tables.base import SCHEMA, Base
from geo.store.tables.briefings import Briefing, DisclosureArea, DisclosureCell, KeptDeck
from geo.store.tables.incidents import Category, Incident, ReportCalendar
from geo.store.tables.ledger import (
    AuditEvent,
    DataChange,
    DataChangePast,
    ExportLog,
    ImportBatch,
    ImportChange,
    ImportReject,
    Setting,
)
from geo.store.tables.places import AdminUnit, Block, Household, Post, Street, UnitLineage, Water
from geo.store.tables.plans import Plan, PlanChange, PlanCover, PlanDecision, PlanMove, PlanSplit, PlanUnsaved
from geo.store.tables.staffing import Assignment, Beat, BeatBlock, LegalDocument, Officer
from geo.store.tables.upkeep import (
    BeatReport,
    BorderBefore,
    BorderProposal,
    Equipment,
    HouseholdPointBefore,
    HouseholdReview,
    Target,
    Task,
)

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
    "BorderBefore",
    "BorderProposal",
    "Briefing",
    "Category",
    "DataChange",
    "DataChangePast",
    "DisclosureArea",
    "DisclosureCell",
    "Equipment",
    "ExportLog",
    "Household",
    "HouseholdPointBefore",
    "HouseholdReview",
    "ImportBatch",
    "ImportChange",
    "ImportReject",
    "Incident",
    "KeptDeck",
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
