#!/bin/sh
# Brings .venv to what requirements/<group>.txt says: setup.sh [runtime|dev].
# Needs Python >= 3.11 with venv; takes uv when it is there and pip otherwise. Nothing is compiled, and a second run costs nothing.
set -eu
cd "$(dirname "$0")/.."

group=${1:-runtime}
venv=.venv
# The lock and the project's own metadata: when one of them changes, the environment is made current again.
key=$(cat pyproject.toml requirements/*.txt | cksum | tr ' ' '-')
stamp="$venv/.ready-$group-$key"

# True when the environment was finished once, here, and with the interpreter asked for, if one was.
is_ours() {
    { read -r place && read -r maker; } 2>/dev/null <"$venv/.made-for" || return 1
    [ -x "$venv/bin/python" ] && [ "$place" = "$(pwd)" ] && [ "${PYTHON:-$maker}" = "$maker" ]
}
if [ -f "$stamp" ] && is_ours; then exit 0; fi

say() { printf '%s\n' "setup: $*" >&2; }
export UV_PYTHON_DOWNLOADS=never PIP_DISABLE_PIP_VERSION_CHECK=1

# Sets python to the first interpreter that runs, is new enough and can make an environment; too_old and no_venv remember near misses.
find_python() {
    python= too_old= no_venv=
    for candidate in ${PYTHON:-python3.14 python3.13 python3.12 python3.11 python3 python}; do
        command -v "$candidate" >/dev/null 2>&1 || continue
        # A version manager's shim may be on the PATH without anything behind it: only an answer counts.
        version=$("$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
        if ! "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            too_old="$candidate is Python $version"
        elif ! command -v uv >/dev/null 2>&1 && ! "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then
            no_venv=${no_venv:-$version}
        else
            python=$candidate
            return 0
        fi
    done
    return 1
}

explain_missing_python() {
    if [ -n "$no_venv" ]; then
        say "Python $no_venv is here, but not its venv module."
        say "On Debian and Ubuntu: apt-get install python$no_venv-venv   (or python3-venv for the system's own Python)"
    else
        say "Python 3.11 or newer is needed${PYTHON:+, and PYTHON=$PYTHON is not one}${too_old:+ ($too_old)}."
        say "On Debian and Ubuntu: apt-get install python3 python3-venv   Elsewhere: make PYTHON=/path/to/python3"
    fi
    exit 1
}

make_environment() {
    find_python || explain_missing_python
    say "making $venv with $python (Python $version)"
    rm -rf "$venv"
    if "$python" -c 'import ensurepip' 2>/dev/null; then "$python" -m venv "$venv"; else uv venv --quiet --python "$python" --seed "$venv"; fi
}

# The build tools come first and serve the rest: no step may fetch a build backend that no lock names.
install_with() {
    "$@" --require-hashes --no-deps -r requirements/build.txt &&
        "$@" --require-hashes --no-deps --no-build-isolation -r "requirements/$group.txt" &&
        "$@" --no-deps --no-build-isolation --no-index -e .
}

# Half made, moved, or asked for with another interpreter: made anew. With an older lock: only updated.
is_ours || make_environment
find "$venv" -maxdepth 1 -name '.ready-*' ! -name "*-$key" -exec rm -f {} +
say "installing the locked $group packages (the first time this takes about a minute)"
if ! { command -v uv >/dev/null 2>&1 && install_with uv pip install --quiet --python "$venv/bin/python"; }; then
    install_with "$venv/bin/python" -m pip install --quiet
fi
printf '%s\n' "$(pwd)" "${python:-$maker}" >"$venv/.made-for"
: >"$venv/.ready-runtime-$key"
[ "$group" = runtime ] || : >"$stamp"
say "ready"
