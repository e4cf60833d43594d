"""PostGIS: tables, migrations, bulk columns, reads as checked frames, the private cluster."""
