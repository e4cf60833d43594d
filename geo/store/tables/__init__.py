"""All tables. Importing this package fills `Base.metadata`."""

from geo.store.tables.accounts import Account, AccountScope, Session, SignInAttempt
from geo.store.tables.base import SCHEMA, Base
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
from geo.store.tables.plans import Plan, PlanDecision, PlanMove
from geo.store.tables.staffing import Assignment, Beat, BeatBlock, LegalDocument, Officer

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
    "Block",
    "Category",
    "DataChange",
    "ExportLog",
    "Household",
    "ImportBatch",
    "ImportChange",
    "ImportReject",
    "Incident",
    "LegalDocument",
    "Officer",
    "Plan",
    "PlanDecision",
    "PlanMove",
    "Post",
    "ReportCalendar",
    "Session",
    "Setting",
    "SignInAttempt",
    "Street",
    "UnitLineage",
    "Water",
]
