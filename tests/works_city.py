"""A city so small that every figure can be counted by hand: two wards, three beats, four blocks.

  105.00   105.01   105.02          ward 00001 (west) was made on 1-1-2026 from 09001 (all of it) and
21.02 +-----+-----+                 from 0.4 of 09002; ward 00002 (east) from the other 0.6 of 09002
      | A2  | B2  |
21.01 +-----+-----+                 beats: K1 = A1 (held by O1), K2 = A2 (vacant since 17-5-2026),
      | A1  | B1  |                        K3 = B1 (O2 primary, O1 concurrent); B2 is in no beat
21.00 +-----+-----+
"""

from datetime import date

from sqlalchemy import text

from geo.store.engine import Database

DAY = date(2026, 6, 1)

_ROWS = """
INSERT INTO diaban.admin_unit (code, level, name, name_folded, valid) VALUES
    ('01', 'province', 'Tỉnh', 'tinh', '[2000-01-01,)'),
    ('091', 'district', 'Quận Cũ', 'quan cu', '[2000-01-01,2026-01-01)');
INSERT INTO diaban.admin_unit (code, level, name, name_folded, parent_id, valid, geom)
SELECT v.code, 'ward', v.name, v.name, p.id, v.valid::daterange,
    ST_Multi(ST_MakeEnvelope(v.west, 21.00, v.east, 21.02, 4326))
FROM (VALUES
    ('00001', 'Tây', '01', '[2026-01-01,)', 105.00, 105.01),
    ('00002', 'Đông', '01', '[2026-01-01,)', 105.01, 105.02),
    ('09001', 'Tây Cũ', '091', '[2000-01-01,2026-01-01)', 105.00, 105.006),
    ('09002', 'Đông Cũ', '091', '[2000-01-01,2026-01-01)', 105.006, 105.02)
) v(code, name, parent, valid, west, east) JOIN diaban.admin_unit p ON p.code = v.parent;
INSERT INTO diaban.unit_lineage (from_unit_id, to_unit_id, on_date, share)
SELECT f.id, t.id, '2026-01-01', v.share
FROM (VALUES ('09001', '00001', 1.0), ('09002', '00001', 0.4), ('09002', '00002', 0.6)) v(f, t, share)
JOIN diaban.admin_unit f ON f.code = v.f JOIN diaban.admin_unit t ON t.code = v.t;
INSERT INTO diaban.block (code, unit_id, name, name_folded, geom)
SELECT v.code, u.id, v.code, v.code, ST_Multi(ST_MakeEnvelope(v.x, v.y, v.x + 0.01, v.y + 0.01, 4326))
FROM (VALUES ('A1', '00001', 105.00, 21.00), ('A2', '00001', 105.00, 21.01),
             ('B1', '00002', 105.01, 21.00), ('B2', '00002', 105.01, 21.01)) v(code, ward, x, y)
JOIN diaban.admin_unit u ON u.code = v.ward;
INSERT INTO diaban.officer (service_number, display_name, unit_id, beat_days_month)
SELECT v.n, v.n, u.id, v.days FROM (VALUES ('O1', '00001', 22), ('O2', '00002', 11)) v(n, ward, days)
JOIN diaban.admin_unit u ON u.code = v.ward;
INSERT INTO diaban.beat (code, unit_id, name, valid)
SELECT v.code, u.id, 'Khu vực ' || v.code, v.valid::daterange
FROM (VALUES ('K1', '00001', '[2026-01-01,)'), ('K2', '00001', '[2026-01-01,)'),
             ('K3', '00002', '[2026-01-01,)'),
             ('OLD', '09002', '[2025-01-01,2026-01-01)')) v(code, ward, valid)
JOIN diaban.admin_unit u ON u.code = v.ward;
INSERT INTO diaban.beat_block (beat_id, block_id, valid)
SELECT b.id, k.id, '[2026-01-01,)' FROM (VALUES ('K1', 'A1'), ('K2', 'A2'), ('K3', 'B1')) v(beat, block)
JOIN diaban.beat b ON b.code = v.beat JOIN diaban.block k ON k.code = v.block;
INSERT INTO diaban.assignment (beat_id, officer_id, role, valid)
SELECT b.id, o.id, v.role, v.valid::daterange
FROM (VALUES ('K1', 'O1', 'primary', '[2026-01-01,)'), ('K2', 'O2', 'primary', '[2026-01-01,2026-05-17)'),
             ('K3', 'O2', 'primary', '[2026-01-01,)'), ('K3', 'O1', 'concurrent', '[2026-01-01,)'),
             ('OLD', 'O2', 'primary', '[2025-01-01,2026-01-01)')) v(beat, officer, role, valid)
JOIN diaban.beat b ON b.code = v.beat JOIN diaban.officer o ON o.service_number = v.officer;
-- 10 households a block of 3 + 1 residents; in B1 five were last reviewed 90 days ago, one day too long.
INSERT INTO diaban.household (code, unit_id, block_id, permanent, temporary, absent, reviewed_on, geom)
SELECT k.code || '-' || g, k.unit_id, k.id, 3, 1, 1,
    CASE WHEN k.code = 'B1' AND g <= 5 THEN date '2026-03-03' ELSE date '2026-05-01' END,
    ST_Centroid(k.geom)
FROM diaban.block k, generate_series(1, 10) g;
INSERT INTO diaban.category (id, code, name_vi, name_en) VALUES (900, 'thu', 'Thử', 'Test');
-- In A1: four of the newest 28 days, two of them resolved after 10 and 30 hours; three of the 28 before.
INSERT INTO diaban.incident
    (code, category_id, origin, status, occurred_from, occurred_to, recorded_at, due_at, resolved_at, unit_id,
     block_id, geom)
SELECT v.code, 900, 'reported', CASE WHEN v.hours IS NULL THEN 'received' ELSE 'resolved' END, at, at, at,
    at + interval '5 days', at + v.hours * interval '1 hour', k.unit_id, k.id, ST_Centroid(k.geom)
FROM (VALUES ('I1', '2026-05-10', 10), ('I2', '2026-05-11', 30), ('I3', '2026-05-12', NULL),
             ('I4', '2026-05-31', NULL), ('I5', '2026-04-20', 200), ('I6', '2026-04-21', 1),
             ('I7', '2026-04-22', 1)) v(code, day, hours)
CROSS JOIN LATERAL (SELECT (v.day || ' 12:00+07')::timestamptz AS at) moments
JOIN diaban.block k ON k.code = 'A1';
INSERT INTO diaban.beat_report (beat_id, month, households, permanent, temporary, absent, reported_at)
SELECT b.id, v.month::date, 10, 30, 10, 10, v.at::timestamptz
FROM (VALUES ('K1', '2026-05-01', '2026-06-01 08:00+07'), ('K2', '2026-05-01', '2026-06-05 08:00+07'),
             ('K1', '2026-04-01', '2026-05-02 08:00+07'), ('K3', '2026-04-01', '2026-05-02 08:00+07')
) v(beat, month, at) JOIN diaban.beat b ON b.code = v.beat;
"""


def fill(database: Database) -> None:
    """Put the city into an empty database."""
    with database.owner.begin() as connection:
        connection.execute(text(_ROWS))
