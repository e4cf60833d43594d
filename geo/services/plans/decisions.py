"""What is decided about a plan: submitted, approved or sent back, brought into force, taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from geo.domain.errors import ConflictError, ForbiddenError, InputError
from geo.domain.kinds import PlanState
from geo.domain.messages import Lang, render
from geo.domain.roles import Actor, Permission, Role
from geo.planning import Report, Violation, check
from geo.services import audit, days, one_ward
from geo.services.plans import changes as plan_changes
from geo.services.plans.records import LANGS, Draft, OpenDraft, document_id, draft_of, opened
from geo.services.plans.wishes import logged
from geo.store.engine import Database, transaction

# What a plan must be for a step, and what it is after it.
_BEFORE: dict[str, tuple[PlanState, ...]] = {
    "submitted": (PlanState.DRAFT, PlanState.REJECTED),
    "approved": (PlanState.SUBMITTED,),
    "rejected": (PlanState.SUBMITTED,),
    "withdrawn": (PlanState.SUBMITTED, PlanState.APPROVED),
    "applied": (PlanState.APPROVED,),
    "rolled_back": (PlanState.IN_FORCE,),
}
_AFTER = {
    "submitted": PlanState.SUBMITTED,
    "approved": PlanState.APPROVED,
    "rejected": PlanState.REJECTED,
    "withdrawn": PlanState.DRAFT,
    "applied": PlanState.IN_FORCE,
    "rolled_back": PlanState.ROLLED_BACK,
}
_DONE = {"approved": "approve", "rejected": "reject"}
_BALANCE = frozenset({"plan_fault_deviation", "plan_fault_capacity"})


class PlanRefusedError(InputError):
    """A plan that breaks rules cannot be submitted, or no longer be applied; `violations` are all of them."""

    def __init__(
        self, code: str, found: OpenDraft, verdict: Report, violations: tuple[Violation, ...]
    ) -> None:
        self.report = verdict
        self.violations = violations
        self.faults: dict[Lang, tuple[str, ...]] = {
            lang: tuple(found.desk.labels.violation(fault, lang) for fault in violations) for lang in LANGS
        }
        super().__init__(code, plan=found.draft.code, n=len(violations), faults=" ".join(self.faults["en"]))

    def message(self, lang: Lang) -> str:
        """Return the sentence with every fault."""
        return render(self.code, {**self.params, "faults": " ".join(self.faults[lang])}, lang)


@dataclass(frozen=True)
class Decision:
    """One line of a plan's history; `by` is an account name, None for the operator."""

    decision: str
    by: str | None
    at: datetime
    reason: str | None


def report(open_draft: OpenDraft, owner: Any = None) -> Report:
    """Return what the gate says of a draft as stored, or of an owner vector on its desk."""
    given = open_draft.owner if owner is None else owner
    return check(open_draft.desk.problem, given, open_draft.desk.options.tolerance)


def submit(
    database: Database,
    actor: Actor,
    draft: Draft,
    *,
    reason: str | None = None,
    document: str | None = None,
    today: date | None = None,
) -> Draft:
    """Hand a draft in, after the gate.

    document : number of the legal document, where the draft has none yet
    Raises PlanRefusedError with every broken rule, InputError ``plan_date_past``,
    ConflictError ``plan_changed``, ``plan_wrong_state``.
    """
    actor.require(Permission.PLAN)
    with transaction(database, actor) as connection:
        found = opened(connection, database, actor, draft.code)
        _require_state(found.draft, "submitted")
        _require_day(found.draft, today)
        verdict = report(found)
        if not verdict.ok:
            raise PlanRefusedError("plan_refused", found, verdict, verdict.violations)
        _step(connection, actor, draft, "submitted", reason, document=document_id(connection, document))
        detail = {"moved": found.draft.moved, **logged(found.draft.options)}
        audit.record(connection, actor, "submit", "plan", draft.code, detail)
        return draft_of(connection, actor, draft.code)


def approve(database: Database, actor: Actor, draft: Draft, reason: str | None = None) -> Draft:
    """Approve a submitted plan. Of many who decide at once, one does; the others get ConflictError
    ``plan_decided_already``. Raises ForbiddenError ``plan_own`` for one's own plan.
    """
    return _decide(database, actor, draft, "approved", reason)


def reject(database: Database, actor: Actor, draft: Draft, reason: str) -> Draft:
    """Send a submitted plan back with a reason; raises as `approve`, InputError ``plan_no_reason``."""
    if not reason.strip():
        raise InputError("plan_no_reason")
    return _decide(database, actor, draft, "rejected", reason)


def withdraw(database: Database, actor: Actor, draft: Draft) -> Draft:
    """Make a submitted or approved plan a draft again, to be changed and submitted anew."""
    actor.require(Permission.PLAN)
    with transaction(database, actor) as connection:
        _step(connection, actor, draft, "withdrawn", None)
        audit.record(connection, actor, "withdraw", "plan", draft.code)
        return draft_of(connection, actor, draft.code)


def apply(
    database: Database,
    actor: Actor,
    draft: Draft,
    *,
    document: str | None = None,
    needs_document: bool = True,
    today: date | None = None,
) -> Draft:
    """Bring an approved plan into force from its day on, whole or not at all.

    document : number of the legal document, where the plan has none yet
    needs_document : False lets a plan through that rests on none; the audit says so
    Raises InputError ``plan_needs_document``, ``plan_date_past``,
    ForbiddenError ``plan_apply_needs_planner``, PlanRefusedError ``plan_torn_since``, and
    ConflictError ``plan_hands_changed``, ``plan_later_change``, ``plan_in_the_way``, ``plan_changed``,
    ``plan_wrong_state``.
    """
    _require_writer(actor)
    with transaction(database, actor) as connection:
        found = opened(connection, database, actor, draft.code)
        _require_state(found.draft, "applied")
        _require_day(found.draft, today)
        _step(connection, actor, draft, "applied", None, document=document_id(connection, document))
        stored = draft_of(connection, actor, draft.code)
        if stored.document is None and needs_document:
            raise InputError("plan_needs_document", plan=draft.code)
        plan_changes.require_unchanged(connection, found)
        verdict = report(found)
        # Counts move every day, so balance is not asked again; what tears a beat is.
        torn = tuple(fault for fault in verdict.violations if fault.code not in _BALANCE)
        if torn:
            raise PlanRefusedError("plan_torn_since", found, verdict, torn)
        try:
            written = plan_changes.write(connection, found, document_id(connection, stored.document))
        except IntegrityError as fault:  # another plan at the same moment, or a code that another ward has
            if refused := one_ward.refusal(fault):
                raise refused from fault
            constraint = getattr(getattr(fault.orig, "diag", None), "constraint_name", None)
            raise ConflictError("plan_in_the_way", plan=draft.code, rule=constraint or "?") from fault
        audit.record(
            connection,
            actor,
            "apply",
            "plan",
            draft.code,
            {"from": str(stored.effective_on), "rows": written, "document": stored.document},
        )
        return stored


def rollback(database: Database, actor: Actor, draft: Draft, reason: str | None = None) -> Draft:
    """Take back what a plan in force wrote; every row is again as it was before.

    Raises ConflictError ``plan_rollback_changed`` where a row was changed since, and as `apply`.
    """
    _require_writer(actor)
    with transaction(database, actor) as connection:
        _step(connection, actor, draft, "rolled_back", reason)
        rows = plan_changes.take_back(connection, draft.id)
        audit.record(connection, actor, "rollback", "plan", draft.code, {"rows": rows, "reason": reason})
        return draft_of(connection, actor, draft.code)


def decisions(database: Database, actor: Actor, draft: Draft) -> tuple[Decision, ...]:
    """Return the history of a plan, oldest first."""
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        rows: Sequence[Any] = connection.execute(
            text(
                "SELECT decision, diaban.name_in_plan(plan_id, decided_by) AS by, decided_at, reason "
                "FROM diaban.plan_decision WHERE plan_id = :plan ORDER BY id"
            ),
            {"plan": draft.id},
        ).all()
    return tuple(Decision(*row) for row in rows)


def _decide(database: Database, actor: Actor, draft: Draft, decision: str, reason: str | None) -> Draft:
    actor.require(Permission.APPROVE)
    with transaction(database, actor) as connection:
        now = draft_of(connection, actor, draft.code)
        if now.state is PlanState.SUBMITTED:
            _refuse_own(connection, actor, now)
        _step(connection, actor, draft, decision, reason)
        audit.record(connection, actor, _DONE[decision], "plan", draft.code, {"reason": reason})
        return draft_of(connection, actor, draft.code)


def _refuse_own(connection: Connection, actor: Actor, draft: Draft) -> None:
    """The operator has no account: who runs the machine answers for it, and the audit says so."""
    if actor.account_id is None:
        return
    mine = (
        draft.mine
        or connection.execute(
            text(
                "SELECT count(*) FROM diaban.plan_decision "
                "WHERE plan_id = :plan AND decision = 'submitted' AND decided_by = :me"
            ),
            {"plan": draft.id, "me": actor.account_id},
        ).scalar_one()
    )
    if mine:
        raise ForbiddenError("plan_own")


def _step(  # noqa: PLR0917 (who takes which step of what)
    connection: Connection,
    actor: Actor,
    draft: Draft,
    decision: str,
    reason: str | None,
    document: int | None = None,
) -> None:
    """Take a plan one step on, or raise: of two at once the later finds the row changed."""
    changed = connection.execute(
        text(
            "UPDATE diaban.plan SET state = :after, document_id = coalesce(:document, document_id), "
            "version = version + 1 WHERE id = :id AND version = :version AND state = ANY(:before) "
            "RETURNING id"
        ),
        {
            "after": str(_AFTER[decision]),
            "document": document,
            "id": draft.id,
            "version": draft.version,
            "before": [str(state) for state in _BEFORE[decision]],
        },
    ).scalar_one_or_none()
    if changed is None:
        now = draft_of(connection, actor, draft.code)
        if decision in {"approved", "rejected"} and now.state in {PlanState.APPROVED, PlanState.REJECTED}:
            raise ConflictError("plan_decided_already", plan=draft.code, plan_state=str(now.state))
        _require_state(now, decision)
        raise ConflictError("plan_changed", plan=draft.code)
    if decision == "withdrawn":  # not a decision: the plan is its author's again
        return
    connection.execute(
        text(
            "INSERT INTO diaban.plan_decision (plan_id, decision, decided_by, reason) "
            "VALUES (:plan, :decision, :by, :reason)"
        ),
        {"plan": draft.id, "decision": decision, "by": actor.account_id, "reason": reason},
    )


def _require_state(draft: Draft, decision: str) -> None:
    if draft.state not in _BEFORE[decision]:
        raise ConflictError(
            "plan_wrong_state", plan=draft.code, plan_state=str(draft.state), plan_step=decision
        )


def _require_day(draft: Draft, today: date | None) -> None:
    now = today or days.today()
    if draft.effective_on < now:
        raise InputError("plan_date_past", day=draft.effective_on, today=now)


def _require_writer(actor: Actor) -> None:
    """The database lets planners write who has what (policies of 0004); commanders only decide."""
    if not actor.operator and actor.role is not Role.PLANNER:
        raise ForbiddenError("plan_apply_needs_planner", role=actor.role.value)
