# What the scripts share: system packages, the virtual environment, pinned requirements. Sourced, never run.
# A stamp in .venv says what was installed; while nothing has changed, nothing is asked of any index.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv=$root/.venv

say() { printf '%s\n' "$*" >&2; }

stop() {
    say "error: $1"
    [[ -n ${2:-} ]] && say "hint: $2"
    exit 1
}

# need_packages NAME...: install the Debian packages that are missing; 1 when they could not be.
need_packages() {
    [[ $(uname) == Linux ]] || return 0
    local missing=() name
    if ! command -v dpkg-query >/dev/null; then
        say "This is no Debian or Ubuntu: please see to it yourself that these are here: $*"
        return 0
    fi
    for name in "$@"; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) == installed ]] || missing+=("$name")
    done
    [[ ${#missing[@]} -eq 0 ]] && return 0
    local as_root=()
    if [[ $(id -u) -ne 0 ]]; then
        if ! command -v sudo >/dev/null; then
            say "Not installed, and neither root nor sudo to do it: ${missing[*]}"
            say "hint: as root: apt-get install ${missing[*]}"
            return 1
        fi
        as_root=(sudo)
    fi
    say "Installing system packages: ${missing[*]}"
    "${as_root[@]}" apt-get -qq update </dev/null >&2 || say "The lists of packages could not be renewed; going on with the old ones."
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
        "${missing[@]}" </dev/null >/dev/null
}

# find_python: print a Python of 3.11 or later that can make virtual environments.
find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
        [[ -n $candidate ]] && command -v "$candidate" >/dev/null || continue
        if "$candidate" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

# alone COMMAND...: one at a time in this checkout, where flock exists; who comes second waits.
alone() {
    (
        if command -v flock >/dev/null && ! flock -n 9; then
            say "VoiceCheck is being set up in another window; waiting for it."
            flock 9
        fi
        "$@"
    ) 9<"$root/script/lib.sh"
}

# An interrupted making of .venv leaves a Python without a whole pip: its list of files is what is written last.
whole_venv() {
    "$venv/bin/python" -c 'from importlib.metadata import distribution as d; assert d("pip").files' 2>/dev/null
}

make_venv() {
    whole_venv && return 0
    local python
    if ! python=$(find_python); then
        need_packages python3 python3-venv || true
        python=$(find_python) || stop "Python 3.11 or later with venv is needed." "Install it, or name it: PYTHON=/path/to/python3 script/run"
    fi
    "$python" -m venv --clear "$venv"
}

# stamp_of NAME: what an installation of requirements/NAME.txt depends on, as one line.
stamp_of() {
    printf '%s in %s\n' "$(cat "$root/script/lib.sh" "$root/requirements/$1.txt" "$root/pyproject.toml" | cksum)" "$root"
}

stamp_fits() { [[ -f $venv/.stamp-$1 && $(<"$venv/.stamp-$1") == "$(stamp_of "$1")" ]]; }

write_stamp() { stamp_of "$1" >"$venv/.stamp-$1"; }

# install_requirements NAME: the pinned and hashed packages, then VoiceCheck itself from this folder.
install_requirements() {
    make_venv
    local pip=("$venv/bin/python" -m pip --disable-pip-version-check --no-input --quiet)
    if [[ $(uname) == Linux ]]; then
        say "Installing Python packages into .venv (every file is checked against its hash)."
        "${pip[@]}" install --require-hashes -r "$root/requirements/$1.txt" >&2
        "${pip[@]}" install --no-deps --no-build-isolation --no-index -e "$root" >&2
    else
        say "Installing Python packages into .venv (the pinned list is for Linux; here the newest that fit)."
        "${pip[@]}" install -e "$root[piper]" >&2
    fi
}

# build_wheel FOLDER: VoiceCheck's own wheel, with the build tools of .venv and without a network.
build_wheel() {
    "$venv/bin/python" -m pip --disable-pip-version-check --no-input --quiet wheel --no-deps --no-build-isolation \
        --no-index --no-cache-dir --wheel-dir "$1" "$root"
}
