#!/usr/bin/env bash
# Make one archive that installs on a machine without any network: the project as committed, and under vendor/
# the Debian packages, the Python packages and the front-end files that setup/install.sh would fetch. It fits
# machines with the same Debian release, processor and minor version of Python as this one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

work=

say() { printf 'bundle: %s\n' "$*"; }

fail() {  # Vietnamese, English
    printf 'bundle: %s\nbundle: %s\n' "$1" "$2" >&2
    exit 1
}

# All that a bare system lacks, with everything below it: an empty list of installed packages makes apt resolve
# the whole tree. On the target apt takes from it what is missing there.
fetch_debian() {
    local version state="$1/apt" debs="$1/vendor/debs" deb
    version=$(apt-cache depends postgresql | sed -nE 's/.*Depends: postgresql-([0-9]+)$/\1/p' | head -1)
    mkdir -p "$state/partial" "$debs"
    : >"$state/status"
    apt-get install -y -qq --no-install-recommends --download-only \
        -o Dir::State::status="$state/status" -o Dir::Cache::archives="$state" -o Debug::NoLocking=1 \
        -o APT::Sandbox::User=root \
        make python3 python3-venv postgresql "postgresql-$version-postgis-3" >/dev/null || fail \
        "Không tải được gói Debian; hãy chạy apt-get update bằng root rồi thử lại." \
        "The Debian packages could not be fetched; run apt-get update as root and try again."
    mv "$state"/*.deb "$debs"
    rm -r "$state"
    for deb in "$debs"/*.deb; do
        dpkg-deb -f "$deb"
        printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "${deb##*/}" "$(stat -c %s "$deb")" \
            "$(sha256sum "$deb" | cut -d' ' -f1)"
    done >"$debs/Packages"
}

fetch_python() {
    local wheels="$1/vendor/wheels"
    .venv/bin/python -m pip wheel --quiet --disable-pip-version-check --wheel-dir "$wheels" -r requirements.txt
    .venv/bin/python -m pip wheel --quiet --disable-pip-version-check --wheel-dir "$wheels" --no-deps -r setup/tables.txt
}

describe_platform() {
    # shellcheck disable=SC1091
    (. /etc/os-release && printf 'debian=%s\n' "${VERSION_CODENAME:-}")
    printf 'processor=%s\n' "$(uname -m)"
    .venv/bin/python -c 'import sys; print("python=%d.%d" % sys.version_info[:2])'
}

main() {
    local name out
    command -v apt-get >/dev/null || fail "Máy này không có apt." "This machine has no apt."
    [ -z "$(git status --porcelain --untracked-files=no)" ] || say "what is not committed is left out"
    name="dia-ban-$(git describe --tags --always)"
    mkdir -p var/bundle
    out=$(cd var/bundle && pwd)
    work=$(mktemp -d "$out/making-XXXXXX")
    trap 'rm -rf "$work"' EXIT
    say "Debian packages"
    mkdir -p "$work/$name"
    git archive HEAD | tar -x -C "$work/$name"
    fetch_debian "$work/$name"
    say "Python packages"
    fetch_python "$work/$name"
    say "front-end files"
    cp -r var/assets "$work/$name/vendor/assets"
    describe_platform >"$work/$name/vendor/platform"
    (cd "$work/$name" && find vendor -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum >vendor/SHA256SUMS)
    tar -cf "$out/$name.tar" -C "$work" "$name"
    (cd "$out" && sha256sum "$name.tar" | tee "$name.tar.sha256")
    say "$out/$name.tar, $(du -h "$out/$name.tar" | cut -f1): unpack it on the other machine and run \`make run\` there"
}

main
