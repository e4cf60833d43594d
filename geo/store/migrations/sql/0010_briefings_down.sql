DROP INDEX diaban.ix_export_log_fingerprint;
DROP TABLE diaban.disclosure, diaban.briefing;
