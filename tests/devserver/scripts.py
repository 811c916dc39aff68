"""Little executables that stand in the places where a `temporal` and a `go` command are looked for."""

from pathlib import Path

GO = """
case "$1" in
    env) echo go1.26.8; echo linux; echo amd64 ;;
    list) echo go.temporal.io/server/cmd/server ;;
    build)
        for argument in "$@"; do
            [ "$wanted" ] && { echo "#!/bin/sh" > "$argument"; wanted=; }
            [ "$argument" = -o ] && wanted=1
        done
        echo go.temporal.io/server/cmd/server ;;
esac
"""
"""A `go` that builds at once."""

GO_OFFLINE = """
[ "$1" = env ] && { echo go1.26.8; echo linux; echo amd64; exit 0; }
echo "go: dial tcp: lookup modules.example: no such host" >&2
exit 1
"""
"""A `go` without network."""

GO_TOO_OLD = """
echo "go: go.mod requires go >= 1.26.8 (running go 1.22.1; GOTOOLCHAIN=local)" >&2
exit 1
"""


def temporal(server: str) -> str:
    """A `temporal` command that says it carries this version of the server."""
    return f"echo 'temporal version 1.9.1 (Server {server}, UI 2.54.1)'"


def write_script(path: Path, script: str) -> Path:
    """Make it an executable file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path
