"""The tables of the design"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    # postgis: geometry; btree_gist: equality beside && in exclusion constraints.
    op.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")

    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("all_units", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("disabled", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "role IN ('admin', 'commander', 'planner', 'briefer', 'ward_officer')",
            name=op.f("ck_account_role_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("name", name=op.f("uq_account_name")),
        schema="diaban",
    )
    op.create_table(
        "audit_event",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "at", sa.TIMESTAMP(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object_kind", sa.Text(), nullable=False),
        sa.Column("object_key", sa.Text(), nullable=False),
        sa.Column(
            "detail", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("prev_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_event_hash")),
        schema="diaban",
    )
    op.create_index("ix_audit_event_account_id", "audit_event", ["account_id"], unique=False, schema="diaban")
    op.create_index("ix_audit_event_at", "audit_event", ["at"], unique=False, schema="diaban")
    op.create_table(
        "category",
        sa.Column("id", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.SmallInteger(), nullable=True),
        sa.Column("name_vi", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("harm_weight", sa.Double(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("harm_weight >= 0", name=op.f("ck_category_harm_not_negative")),
        sa.ForeignKeyConstraint(["parent_id"], ["diaban.category.id"], name=op.f("fk_category_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("code", name=op.f("uq_category_code")),
        schema="diaban",
    )
    op.create_table(
        "data_change",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_change")),
        schema="diaban",
    )
    op.create_index("ix_data_change_topic", "data_change", ["topic"], unique=False, schema="diaban")
    op.create_table(
        "export_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("query", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_log")),
        schema="diaban",
    )
    op.create_index("ix_export_log_sha256", "export_log", ["sha256"], unique=False, schema="diaban")
    op.create_geospatial_table(
        "household",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("block_id", sa.Integer(), nullable=True),
        sa.Column("permanent", sa.SmallInteger(), nullable=False),
        sa.Column("temporary", sa.SmallInteger(), nullable=False),
        sa.Column("absent", sa.SmallInteger(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "permanent >= 0 AND temporary >= 0 AND absent >= 0", name=op.f("ck_household_counts_not_negative")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household")),
        schema="diaban",
    )
    op.create_index("ix_household_batch_id", "household", ["batch_id"], unique=False, schema="diaban")
    op.create_index("ix_household_block_id", "household", ["block_id"], unique=False, schema="diaban")
    op.create_geospatial_index(
        "ix_household_geom",
        "household",
        ["geom"],
        unique=False,
        schema="diaban",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index("ix_household_unit_id", "household", ["unit_id"], unique=False, schema="diaban")
    op.create_index("uq_household_code", "household", ["code"], unique=True, schema="diaban")
    op.create_geospatial_table(
        "incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("category_id", sa.SmallInteger(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("occurred_from", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("occurred_to", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("due_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("precision_m", sa.Double(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("block_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("origin IN ('reported', 'discovered')", name=op.f("ck_incident_origin_known")),
        sa.CheckConstraint(
            "status IN ('received', 'assigned', 'in_progress', 'resolved')",
            name=op.f("ck_incident_status_known"),
        ),
        sa.CheckConstraint("occurred_to >= occurred_from", name=op.f("ck_incident_occurred_in_order")),
        sa.CheckConstraint("precision_m >= 0", name=op.f("ck_incident_precision_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        schema="diaban",
    )
    op.create_index("ix_incident_batch_id", "incident", ["batch_id"], unique=False, schema="diaban")
    op.create_index("ix_incident_block_id", "incident", ["block_id"], unique=False, schema="diaban")
    op.create_geospatial_index(
        "ix_incident_geom",
        "incident",
        ["geom"],
        unique=False,
        schema="diaban",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index(
        "ix_incident_unit_id_occurred_from",
        "incident",
        ["unit_id", "occurred_from"],
        unique=False,
        schema="diaban",
        postgresql_include=["category_id", "origin"],
    )
    op.create_index("uq_incident_code", "incident", ["code"], unique=True, schema="diaban")
    op.create_table(
        "report_calendar",
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("name_vi", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_report_calendar_days_in_order")),
        sa.PrimaryKeyConstraint("series", "first_day", name=op.f("pk_report_calendar")),
        schema="diaban",
    )
    op.create_table(
        "setting",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
        schema="diaban",
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
        schema="diaban",
    )
    op.create_index(
        "ix_sign_in_attempt_address_at", "sign_in_attempt", ["address", "at"], unique=False, schema="diaban"
    )
    op.create_index(
        "ix_sign_in_attempt_name_at", "sign_in_attempt", ["name", "at"], unique=False, schema="diaban"
    )
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column(
            "committed_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("undone_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("rows_read", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("accepted", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("updated", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("unchanged", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("rejected", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "report", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.CheckConstraint(
            "rows_read = accepted + updated + unchanged + rejected",
            name=op.f("ck_import_batch_rows_conserved"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["diaban.account.id"], name=op.f("fk_import_batch_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
        schema="diaban",
    )
    op.create_index(
        "ix_import_batch_file_sha256", "import_batch", ["file_sha256"], unique=False, schema="diaban"
    )
    op.create_table(
        "session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("idle_until", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("expires_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["diaban.account.id"], name=op.f("fk_session_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_session")),
        schema="diaban",
    )
    op.create_index("ix_session_account_id", "session", ["account_id"], unique=False, schema="diaban")
    op.create_geospatial_table(
        "admin_unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=True),
        sa.Column("name_folded", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("declared_area_km2", sa.Double(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "valid", postgresql.DATERANGE(), server_default=sa.text("daterange(NULL, NULL)"), nullable=False
        ),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("code"), "="),
            (sa.column("valid"), "&&"),
            using="gist",
            name="ex_admin_unit_code_valid",
        ),
        sa.CheckConstraint(
            "level IN ('province', 'district', 'ward')", name=op.f("ck_admin_unit_level_known")
        ),
        sa.CheckConstraint("NOT isempty(valid)", name=op.f("ck_admin_unit_valid_not_empty")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["diaban.import_batch.id"], name=op.f("fk_admin_unit_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["diaban.admin_unit.id"], name=op.f("fk_admin_unit_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admin_unit")),
        schema="diaban",
    )
    op.create_geospatial_index(
        "ix_admin_unit_geom",
        "admin_unit",
        ["geom"],
        unique=False,
        schema="diaban",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index("ix_admin_unit_parent_id", "admin_unit", ["parent_id"], unique=False, schema="diaban")
    op.create_table(
        "import_change",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["diaban.import_batch.id"],
            name=op.f("fk_import_change_batch_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("batch_id", "table_name", "row_id", name=op.f("pk_import_change")),
        schema="diaban",
    )
    op.create_table(
        "import_reject",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "params", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column(
            "row", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["diaban.import_batch.id"],
            name=op.f("fk_import_reject_batch_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("batch_id", "row_number", name=op.f("pk_import_reject")),
        schema="diaban",
    )
    op.create_table(
        "legal_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="decision", nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("issuer", sa.Text(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["diaban.import_batch.id"], name=op.f("fk_legal_document_batch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_document")),
        sa.UniqueConstraint("number", name=op.f("uq_legal_document_number")),
        schema="diaban",
    )
    op.create_geospatial_table(
        "street",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("name_folded", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), server_default="minor", nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="LINESTRING",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["diaban.import_batch.id"], name=op.f("fk_street_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_street")),
        sa.UniqueConstraint("code", name=op.f("uq_street_code")),
        schema="diaban",
    )
    op.create_geospatial_index(
        "ix_street_geom",
        "street",
        ["geom"],
        unique=False,
        schema="diaban",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_geospatial_table(
        "water",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["diaban.import_batch.id"], name=op.f("fk_water_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_water")),
        schema="diaban",
    )
    op.create_geospatial_index(
        "ix_water_geom",
        "water",
        ["geom"],
        unique=False,
        schema="diaban",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_table(
        "account_scope",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["diaban.account.id"],
            name=op.f("fk_account_scope_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["diaban.admin_unit.id"], name=op.f("fk_account_scope_unit_id")),
        sa.PrimaryKeyConstraint("account_id", "unit_id", name=op.f("pk_account_scope")),
        schema="diaban",
    )
    op.create_geospatial_table(
        "beat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column(
            "valid", postgresql.DATERANGE(), server_default=sa.text("daterange(NULL, NULL)"), nullable=False
        ),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("code"), "="), (sa.column("valid"), "&&"), using="gist", name="ex_beat_code_valid"
        ),
        sa.CheckConstraint("NOT isempty(valid)", name=op.f("ck_beat_valid_not_empty")),
        sa.ForeignKeyConstraint(["batch_id"], ["diaban.import_batch.id"], name=op.f("fk_beat_batch_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["diaban.admin_unit.id"], name=op.f("fk_beat_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_beat")),
        schema="diaban",
    )
    op.create_index("ix_beat_unit_id", "beat", ["unit_id"], unique=False, schema="diaban")
    op.create_geospatial_table(
        "block",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="to_dan_pho", nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_folded", sa.Text(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column(
            "valid", postgresql.DATERANGE(), server_default=sa.text("daterange(NULL, NULL)"), nullable=False
        ),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("code"), "="), (sa.column("valid"), "&&"), using="gist", name="ex_block_code_valid"
        ),
        sa.CheckConstraint("NOT isempty(valid)", name=op.f("ck_block_valid_not_empty")),
        sa.ForeignKeyConstraint(["batch_id"], ["diaban.import_batch.id"], name=op.f("fk_block_batch_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["diaban.admin_unit.id"], name=op.f("fk_block_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_block")),
        schema="diaban",
    )
    op.create_geospatial_index(
        "ix_block_geom",
        "block",
        ["geom"],
        unique=False,
        schema="diaban",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index("ix_block_unit_id", "block", ["unit_id"], unique=False, schema="diaban")
    op.create_table(
        "officer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_number", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("rank", sa.Text(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("beat_days_month", sa.SmallInteger(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("beat_days_month BETWEEN 0 AND 31", name=op.f("ck_officer_beat_days_in_month")),
        sa.ForeignKeyConstraint(["batch_id"], ["diaban.import_batch.id"], name=op.f("fk_officer_batch_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["diaban.admin_unit.id"], name=op.f("fk_officer_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer")),
        sa.UniqueConstraint("service_number", name=op.f("uq_officer_service_number")),
        schema="diaban",
    )
    op.create_index("ix_officer_unit_id", "officer", ["unit_id"], unique=False, schema="diaban")
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'approved', 'rejected', 'in_force', 'rolled_back')",
            name=op.f("ck_plan_state_known"),
        ),
        sa.ForeignKeyConstraint(["created_by"], ["diaban.account.id"], name=op.f("fk_plan_created_by")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["diaban.legal_document.id"], name=op.f("fk_plan_document_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["diaban.admin_unit.id"], name=op.f("fk_plan_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("code", name=op.f("uq_plan_code")),
        schema="diaban",
    )
    op.create_index("ix_plan_unit_id", "plan", ["unit_id"], unique=False, schema="diaban")
    op.create_geospatial_table(
        "post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["diaban.import_batch.id"], name=op.f("fk_post_batch_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["diaban.admin_unit.id"], name=op.f("fk_post_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sa.UniqueConstraint("code", name=op.f("uq_post_code")),
        schema="diaban",
    )
    op.create_index("ix_post_unit_id", "post", ["unit_id"], unique=False, schema="diaban")
    op.create_table(
        "unit_lineage",
        sa.Column("from_unit_id", sa.Integer(), nullable=False),
        sa.Column("to_unit_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("share > 0 AND share <= 1", name=op.f("ck_unit_lineage_share_in_unit_interval")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["diaban.legal_document.id"], name=op.f("fk_unit_lineage_document_id")
        ),
        sa.ForeignKeyConstraint(
            ["from_unit_id"], ["diaban.admin_unit.id"], name=op.f("fk_unit_lineage_from_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_unit_id"], ["diaban.admin_unit.id"], name=op.f("fk_unit_lineage_to_unit_id")
        ),
        sa.PrimaryKeyConstraint("from_unit_id", "to_unit_id", "on_date", name=op.f("pk_unit_lineage")),
        schema="diaban",
    )
    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("beat_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("beat_id"), "="),
            (sa.column("valid"), "&&"),
            where=sa.text("role = 'primary'"),
            using="gist",
            name="ex_assignment_primary",
        ),
        sa.CheckConstraint(
            "role IN ('primary', 'concurrent', 'acting')", name=op.f("ck_assignment_role_known")
        ),
        sa.CheckConstraint("NOT isempty(valid)", name=op.f("ck_assignment_valid_not_empty")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["diaban.import_batch.id"], name=op.f("fk_assignment_batch_id")
        ),
        sa.ForeignKeyConstraint(["beat_id"], ["diaban.beat.id"], name=op.f("fk_assignment_beat_id")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["diaban.legal_document.id"], name=op.f("fk_assignment_document_id")
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["diaban.officer.id"], name=op.f("fk_assignment_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        schema="diaban",
    )
    op.create_index("ix_assignment_beat_id", "assignment", ["beat_id"], unique=False, schema="diaban")
    op.create_index("ix_assignment_officer_id", "assignment", ["officer_id"], unique=False, schema="diaban")
    op.create_table(
        "beat_block",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("beat_id", sa.Integer(), nullable=False),
        sa.Column("block_id", sa.Integer(), nullable=False),
        sa.Column(
            "valid", postgresql.DATERANGE(), server_default=sa.text("daterange(NULL, NULL)"), nullable=False
        ),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("block_id"), "="),
            (sa.column("valid"), "&&"),
            using="gist",
            name="ex_beat_block_block_id_valid",
        ),
        sa.CheckConstraint("NOT isempty(valid)", name=op.f("ck_beat_block_valid_not_empty")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["diaban.import_batch.id"], name=op.f("fk_beat_block_batch_id")
        ),
        sa.ForeignKeyConstraint(["beat_id"], ["diaban.beat.id"], name=op.f("fk_beat_block_beat_id")),
        sa.ForeignKeyConstraint(["block_id"], ["diaban.block.id"], name=op.f("fk_beat_block_block_id")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["diaban.legal_document.id"], name=op.f("fk_beat_block_document_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_beat_block")),
        schema="diaban",
    )
    op.create_index("ix_beat_block_beat_id", "beat_block", ["beat_id"], unique=False, schema="diaban")
    op.create_table(
        "plan_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "decision IN ('submitted', 'approved', 'rejected', 'applied', 'rolled_back')",
            name=op.f("ck_plan_decision_decision_known"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["diaban.account.id"], name=op.f("fk_plan_decision_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["diaban.plan.id"], name=op.f("fk_plan_decision_plan_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_decision")),
        schema="diaban",
    )
    op.create_index("ix_plan_decision_plan_id", "plan_decision", ["plan_id"], unique=False, schema="diaban")
    op.create_table(
        "plan_move",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("block_id", sa.Integer(), nullable=False),
        sa.Column("from_beat_id", sa.Integer(), nullable=True),
        sa.Column("to_beat_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["block_id"], ["diaban.block.id"], name=op.f("fk_plan_move_block_id")),
        sa.ForeignKeyConstraint(["from_beat_id"], ["diaban.beat.id"], name=op.f("fk_plan_move_from_beat_id")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["diaban.plan.id"], name=op.f("fk_plan_move_plan_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["to_beat_id"], ["diaban.beat.id"], name=op.f("fk_plan_move_to_beat_id")),
        sa.PrimaryKeyConstraint("plan_id", "ordinal", name=op.f("pk_plan_move")),
        sa.UniqueConstraint("plan_id", "block_id", name=op.f("uq_plan_move_plan_id_block_id")),
        schema="diaban",
    )


def downgrade() -> None:
    op.drop_table("plan_move", schema="diaban")
    op.drop_index("ix_plan_decision_plan_id", table_name="plan_decision", schema="diaban")
    op.drop_table("plan_decision", schema="diaban")
    op.drop_index("ix_beat_block_beat_id", table_name="beat_block", schema="diaban")
    op.drop_table("beat_block", schema="diaban")
    op.drop_index("ix_assignment_officer_id", table_name="assignment", schema="diaban")
    op.drop_index("ix_assignment_beat_id", table_name="assignment", schema="diaban")
    op.drop_table("assignment", schema="diaban")
    op.drop_table("unit_lineage", schema="diaban")
    op.drop_index("ix_post_unit_id", table_name="post", schema="diaban")
    op.drop_geospatial_table("post", schema="diaban")
    op.drop_index("ix_plan_unit_id", table_name="plan", schema="diaban")
    op.drop_table("plan", schema="diaban")
    op.drop_index("ix_officer_unit_id", table_name="officer", schema="diaban")
    op.drop_table("officer", schema="diaban")
    op.drop_index("ix_block_unit_id", table_name="block", schema="diaban")
    op.drop_geospatial_index(
        "ix_block_geom", table_name="block", schema="diaban", postgresql_using="gist", column_name="geom"
    )
    op.drop_geospatial_table("block", schema="diaban")
    op.drop_index("ix_beat_unit_id", table_name="beat", schema="diaban")
    op.drop_geospatial_table("beat", schema="diaban")
    op.drop_table("account_scope", schema="diaban")
    op.drop_geospatial_index(
        "ix_water_geom", table_name="water", schema="diaban", postgresql_using="gist", column_name="geom"
    )
    op.drop_geospatial_table("water", schema="diaban")
    op.drop_geospatial_index(
        "ix_street_geom", table_name="street", schema="diaban", postgresql_using="gist", column_name="geom"
    )
    op.drop_geospatial_table("street", schema="diaban")
    op.drop_table("legal_document", schema="diaban")
    op.drop_table("import_reject", schema="diaban")
    op.drop_table("import_change", schema="diaban")
    op.drop_index("ix_admin_unit_parent_id", table_name="admin_unit", schema="diaban")
    op.drop_geospatial_index(
        "ix_admin_unit_geom",
        table_name="admin_unit",
        schema="diaban",
        postgresql_using="gist",
        column_name="geom",
    )
    op.drop_geospatial_table("admin_unit", schema="diaban")
    op.drop_index("ix_session_account_id", table_name="session", schema="diaban")
    op.drop_table("session", schema="diaban")
    op.drop_index("ix_import_batch_file_sha256", table_name="import_batch", schema="diaban")
    op.drop_table("import_batch", schema="diaban")
    op.drop_index("ix_sign_in_attempt_name_at", table_name="sign_in_attempt", schema="diaban")
    op.drop_index("ix_sign_in_attempt_address_at", table_name="sign_in_attempt", schema="diaban")
    op.drop_table("sign_in_attempt", schema="diaban")
    op.drop_table("setting", schema="diaban")
    op.drop_table("report_calendar", schema="diaban")
    op.drop_index("uq_incident_code", table_name="incident", schema="diaban")
    op.drop_index("ix_incident_unit_id_occurred_from", table_name="incident", schema="diaban")
    op.drop_geospatial_index(
        "ix_incident_geom",
        table_name="incident",
        schema="diaban",
        postgresql_using="gist",
        column_name="geom",
    )
    op.drop_index("ix_incident_batch_id", table_name="incident", schema="diaban")
    op.drop_index("ix_incident_block_id", table_name="incident", schema="diaban")
    op.drop_geospatial_table("incident", schema="diaban")
    op.drop_index("uq_household_code", table_name="household", schema="diaban")
    op.drop_index("ix_household_unit_id", table_name="household", schema="diaban")
    op.drop_geospatial_index(
        "ix_household_geom",
        table_name="household",
        schema="diaban",
        postgresql_using="gist",
        column_name="geom",
    )
    op.drop_index("ix_household_batch_id", table_name="household", schema="diaban")
    op.drop_index("ix_household_block_id", table_name="household", schema="diaban")
    op.drop_geospatial_table("household", schema="diaban")
    op.drop_index("ix_export_log_sha256", table_name="export_log", schema="diaban")
    op.drop_table("export_log", schema="diaban")
    op.drop_index("ix_data_change_topic", table_name="data_change", schema="diaban")
    op.drop_table("data_change", schema="diaban")
    op.drop_table("category", schema="diaban")
    op.drop_index("ix_audit_event_at", table_name="audit_event", schema="diaban")
    op.drop_index("ix_audit_event_account_id", table_name="audit_event", schema="diaban")
    op.drop_table("audit_event", schema="diaban")
    op.drop_table("account", schema="diaban")
