"""What a migrated database holds, read from PostgreSQL's catalogue, in a form that a person can review.

The expected text is `catalogue.txt` beside this file. After a deliberate change write it anew:
``python -m tests.migrations.catalogue > tests/migrations/catalogue.txt``.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

import asyncpg

from models import database
from models.embedded import embedded_postgres

_COLUMNS = """
SELECT format('column %s.%s %s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
              CASE WHEN a.attnotnull THEN ' not null' ELSE '' END,
              coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), ''))
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
"""
_CONSTRAINTS = """
SELECT format('constraint %s %s', conrelid::regclass, pg_get_constraintdef(oid))
FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
"""
_INDEXES = """
SELECT format('index %s', regexp_replace(indexdef, 'INDEX \\S+ ON public\\.', 'ON ')) FROM pg_indexes
WHERE schemaname = 'public'
"""
_TRIGGERS = """
SELECT format('trigger %s', pg_get_triggerdef(t.oid)) FROM pg_trigger t WHERE NOT t.tgisinternal
"""
_FUNCTIONS = """
SELECT format('function %s', oid::regprocedure) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""
_GRANTS = """
SELECT format('grant %s on %s', string_agg(privilege_type, ', ' ORDER BY privilege_type), table_name)
FROM information_schema.role_table_grants WHERE grantee = 'exportready_server' GROUP BY table_name
"""


async def catalogue(url: str) -> list[str]:
    """One line for each column, constraint, index, trigger, function and grant of the server's role, sorted."""
    connection = await asyncpg.connect(url)
    try:
        lines: list[str] = []
        for query in (_COLUMNS, _CONSTRAINTS, _INDEXES, _TRIGGERS, _FUNCTIONS, _GRANTS):
            lines += [" ".join(row[0].split()) for row in await connection.fetch(query)]
        return sorted(lines)
    finally:
        await connection.close()


def expected_catalogue() -> list[str]:
    """The lines of `catalogue.txt`."""
    return Path(__file__).with_name("catalogue.txt").read_text().splitlines()


def main() -> None:
    """Print the catalogue of a newly migrated database."""
    with tempfile.TemporaryDirectory(prefix="exportready-") as folder:
        Path(folder).chmod(0o755)
        with embedded_postgres(Path(folder)) as url:
            asyncio.run(database.migrate(url))
            sys.stdout.write("\n".join(asyncio.run(catalogue(url))) + "\n")


if __name__ == "__main__":
    main()
