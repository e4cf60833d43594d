-- Reference data of the product: the tree of incident categories and the calendars of reports.
-- Harm weights only order the categories; a deployment may set its own.

INSERT INTO diaban.category (code, name_vi, name_en, harm_weight) VALUES
    ('TS', 'Xâm phạm sở hữu', 'Property offences', 0),
    ('TT', 'Trật tự công cộng', 'Public order', 0),
    ('TN', 'Tệ nạn xã hội', 'Drugs and gambling', 0),
    ('AT', 'An toàn', 'Safety', 0),
    ('KH', 'Khác', 'Other', 1),
    -- What a file says that no rule of intake can place: kept and counted, never guessed.
    ('unclassified', 'Chưa phân loại', 'Unclassified', 1)
ON CONFLICT (code) DO NOTHING;

INSERT INTO diaban.category (code, parent_id, name_vi, name_en, harm_weight)
SELECT leaf.code, parent.id, leaf.name_vi, leaf.name_en, leaf.harm_weight
FROM (VALUES
    ('TS01', 'Trộm đột nhập nhà', 'Burglary', 20),
    ('TS02', 'Trộm cắp tài sản khác', 'Other theft', 8),
    ('TS03', 'Trộm cắp xe máy', 'Motorcycle theft', 15),
    ('TS04', 'Cướp giật tài sản', 'Snatching', 90),
    ('TS05', 'Lừa đảo chiếm đoạt tài sản', 'Fraud', 25),
    ('TT01', 'Gây rối trật tự công cộng', 'Public disorder', 12),
    ('TT02', 'Cố ý gây thương tích', 'Assault', 120),
    ('TT03', 'Tranh chấp, mâu thuẫn', 'Dispute', 3),
    ('TN01', 'Ma tuý', 'Drugs', 60),
    ('TN02', 'Cờ bạc', 'Gambling', 15),
    ('AT01', 'Cháy nổ', 'Fire and explosion', 80),
    ('AT02', 'Tai nạn giao thông', 'Road traffic collision', 30),
    ('KH01', 'Vụ việc khác', 'Other matter', 1)
) AS leaf (code, name_vi, name_en, harm_weight)
JOIN diaban.category parent ON parent.code = left(leaf.code, 2)
ON CONFLICT (code) DO NOTHING;

INSERT INTO diaban.report_calendar (series, first_day, last_day, name_vi, name_en)
SELECT 'month', day::date, (day + interval '1 month - 1 day')::date,
    to_char(day, '"Tháng "FMMM/YYYY'), to_char(day, 'FMMonth YYYY')
FROM generate_series(timestamp '2010-01-01', timestamp '2035-12-01', interval '1 month') AS day
ON CONFLICT DO NOTHING;

-- The ministry's year runs from 15 December to 14 December.
INSERT INTO diaban.report_calendar (series, first_day, last_day, name_vi, name_en)
SELECT 'ministry_year', make_date(year - 1, 12, 15), make_date(year, 12, 14),
    format('Năm công tác %s', year), format('Ministry year %s', year)
FROM generate_series(2010, 2035) AS year
ON CONFLICT DO NOTHING;
