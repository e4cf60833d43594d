#!/usr/bin/env bash
# Pin every package, direct and transitive, from the direct ones in pyproject.toml. Needs pip-tools in .venv.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

pin() {
    .venv/bin/python -m piptools compile --quiet --no-header --strip-extras --allow-unsafe \
        --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --annotation-style=line \
        --constraint setup/constraints.txt "$@" pyproject.toml
}

# The wider set first: a version that the tests' packages cannot live with must not be pinned for the app.
pin --extra test --output-file tests/requirements.txt
pin --constraint tests/requirements.txt --output-file requirements.txt
