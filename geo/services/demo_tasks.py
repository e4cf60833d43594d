"""Tasks and equipment of the synthetic city: three plans of work, marked as made up, and a count by ward.

Made from the beats by arithmetic alone, so that the same city has the same tasks.
"""

from datetime import date

from sqlalchemy import Connection, text

# number, title, days before today that it was issued
_PLANS = (
    ("KH-01/GIALAP", "Kế hoạch rà soát hộ và nhân khẩu (văn bản giả lập)", 75),
    ("KH-02/GIALAP", "Kế hoạch bảo đảm an ninh trật tự quý (văn bản giả lập)", 40),
    ("QĐ-03/GIALAP", "Quyết định kiện toàn phụ trách khu vực (văn bản giả lập)", 20),
)
# plan, work, what, days after today that it is due, every which beat, how many per cent are done (None: done)
_TASKS = (
    (0, "households", "Rà soát lại 100 % số hộ", -12, 3, 60),
    (0, "residents", "Đối chiếu số tạm trú, tạm vắng", -3, 4, 85),
    (0, "residents", "Báo cáo số nhân khẩu tháng", 6, 2, 40),
    (1, "incidents", "Giải quyết dứt điểm vụ việc quá hạn", 2, 3, 25),
    (1, "incidents", "Kiểm tra lại điểm nóng đã đóng", -20, 5, None),
    (2, "area", "Bố trí cán bộ cho khu vực trống", 14, 5, 0),
)


def write_tasks(connection: Connection, today: date, batch_id: int) -> None:
    """Write the plans of work and their tasks as they stand on `today`."""
    for number, title, age in _PLANS:
        connection.execute(
            text("""
                INSERT INTO diaban.legal_document (number, kind, title, issuer, issued_on, batch_id)
                VALUES (:number, 'plan', :title, 'Giả lập', CAST(:today AS date) - CAST(:age AS int), :batch)
                """),
            {"number": number, "title": title, "today": today, "age": age, "batch": batch_id},
        )
    for order, (plan, work, title, due, every, progress) in enumerate(_TASKS):
        connection.execute(
            text("""
                INSERT INTO diaban.task (code, document_id, unit_id, beat_id, work, title, assigned_on,
                    due_on, progress, state, done_on)
                SELECT 'CV-GL-' || :order || '-' || b.code, d.id, b.unit_id, b.id, :work, :title,
                    d.issued_on, CAST(:today AS date) + CAST(:due AS int),
                    -- Not all beats are equally far.
                    CASE WHEN :done THEN 100
                        ELSE greatest(0, least(95, CAST(:progress AS int) + b.n * 13 % 40 - 20)) END,
                    CASE WHEN :done THEN 'done' ELSE 'open' END,
                    CASE WHEN :done
                        THEN CAST(:today AS date) + CAST(:due AS int) + CAST(b.n % 4 AS int) - 2 END
                FROM (SELECT b.*, row_number() OVER (ORDER BY b.code) AS n FROM diaban.beat b
                    WHERE b.valid @> CAST(:today AS date)) b, diaban.legal_document d
                WHERE d.number = :number AND b.n % :every = :order % :every"""),
            {
                "order": order, "number": _PLANS[plan][0], "work": work, "title": title, "today": today,
                "due": due, "progress": progress, "done": progress is None, "every": every,
            },
        )  # fmt: skip


def write_equipment(connection: Connection, today: date) -> None:
    """Write what each ward counted 40 days before `today`; the last ward has not counted its radios."""
    connection.execute(
        text("""
            INSERT INTO diaban.equipment (unit_id, kind, as_of, count)
            SELECT u.id, k.kind, CAST(:today AS date) - 40, greatest(0, k.usual + (u.n * k.step) % 5 - 2)
            FROM (SELECT id, row_number() OVER (ORDER BY code) AS n, count(*) OVER () AS all_wards
                FROM diaban.admin_unit WHERE level = 'ward' AND valid @> CAST(:today AS date)) u
            CROSS JOIN (VALUES ('motorcycle', 4, 1), ('computer', 5, 2), ('radio', 5, 3), ('camera', 9, 4),
                ('car', 1, 3), ('extinguisher', 11, 2)) AS k(kind, usual, step)
            WHERE NOT (u.n = u.all_wards AND k.kind = 'radio')"""),
        {"today": today},
    )
