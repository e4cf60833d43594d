-- A category that incidents name stays: taking it away would take their meaning away.
DELETE FROM diaban.category c WHERE c.parent_id IS NOT NULL
    AND c.code IN ('TS01', 'TS02', 'TS03', 'TS04', 'TS05', 'TT01', 'TT02', 'TT03', 'TN01', 'TN02', 'AT01', 'AT02', 'KH01')
    AND NOT EXISTS (SELECT FROM diaban.incident i WHERE i.category_id = c.id);
DELETE FROM diaban.category c WHERE c.code IN ('TS', 'TT', 'TN', 'AT', 'KH', 'unclassified')
    AND NOT EXISTS (SELECT FROM diaban.category x WHERE x.parent_id = c.id)
    AND NOT EXISTS (SELECT FROM diaban.incident i WHERE i.category_id = c.id);
DELETE FROM diaban.report_calendar WHERE series IN ('month', 'ministry_year');
