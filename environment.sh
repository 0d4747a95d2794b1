# Sourced by ./run, ./test and .ci/run: finds Python and keeps .venv equal to a lock file.
# Needs $here (the folder of this file) set by the caller. POSIX sh.

# What a caller's shell may have set must not change what we start.
unset PYTHONHOME PYTHONPATH PYTHONSTARTUP PYTHONWARNINGS PYTHONOPTIMIZE PYTHONDONTWRITEBYTECODE \
    PYTHONSAFEPATH PYTHONNOUSERSITE VIRTUAL_ENV FLASK_APP FLASK_DEBUG CDPATH || true
PYTHONUTF8=1
export PYTHONUTF8

venv=$here/.venv
python=$venv/bin/python

say() { printf "%s\n" "$@"; }

# The reason first in Japanese, then in English, then stop.
stop() {
    for line in "$@"; do printf '%s\n' "$line" >&2; done
    exit 1
}

# A command that may take long: run beside the shell, so that Ctrl-C and TERM are heard at once.
child=
patiently() {
    "$@" &
    child=$!
    if wait "$child"; then child=; else
        status=$?
        child=
        return "$status"
    fi
}

new_enough='import sys; sys.exit(sys.version_info < (3, 11))'

find_python() {
    for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
        [ -n "$candidate" ] || continue
        if "$candidate" -c "$new_enough" >/dev/null 2>&1; then
            found_python=$candidate
            return 0
        fi
    done
    stop "Python 3.11 以上が見つかりません。入れてからもう一度お試しください（Debian: apt install python3 python3-venv）。" \
        "Python 3.11 or newer was not found. Install it and try again (Debian: apt install python3 python3-venv)."
}

make_venv() {
    if "$python" -c "$new_enough" >/dev/null 2>&1; then return 0; fi
    find_python
    rm -rf "$venv"
    if command -v uv >/dev/null 2>&1 &&
        patiently uv venv --quiet --python "$found_python" "$venv" >/dev/null 2>&1; then
        return 0
    fi
    rm -rf "$venv"
    if ! "$found_python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
        stop "Python の venv が足りません。入れてからもう一度お試しください（Debian: apt install python3-venv）。" \
            "Python's venv module is missing. Install it and try again (Debian: apt install python3-venv)."
    fi
    patiently "$found_python" -m venv "$venv" || stop "仮想環境 .venv を作れませんでした（空き容量と書き込み権限を確かめてください）。" \
        "The virtual environment .venv could not be made (check free space and write permission)."
}

install_with_pip() {
    "$python" -m pip --version >/dev/null 2>&1 || "$python" -m ensurepip --upgrade >/dev/null 2>&1 || return 1
    patiently "$python" -m pip install -qq --disable-pip-version-check --no-input --no-compile \
        --require-hashes -r "$here/$1"
}

install_lock() {
    if command -v uv >/dev/null 2>&1 &&
        patiently uv pip install --quiet --python "$python" --require-hashes -r "$here/$1"; then
        return 0
    fi
    install_with_pip "$1"
}

sum_of() { cksum <"$here/$1"; }

# ready LOCK: .venv holds what the lock names. The dev lock contains the other, so it serves for both.
ready() {
    dev_stamp=$venv/.installed-requirements-dev.txt
    stamp=$venv/.installed-$1
    [ ! -f "$dev_stamp" ] || [ "$(cat "$dev_stamp")" != "$(sum_of requirements-dev.txt)" ] ||
        stamp=$dev_stamp
    if [ "$stamp" = "$dev_stamp" ]; then wanted=$(sum_of requirements-dev.txt); else wanted=$(sum_of "$1"); fi
    if [ -x "$python" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then return 0; fi
    say "必要な部品を入れています（初回だけ、1分ほど）… / Installing what is needed (first time only) …"
    make_venv
    install_lock "$1" || stop "部品を入れられませんでした。ネットワークにつながっているか確かめて、もう一度お試しください。" \
        "The packages could not be installed. Check the network connection and try again."
    sum_of "$1" >"$venv/.installed-$1"
}

# The compiled catalogues are not kept in git: made again when a text is newer.
compile_catalogues() {
    stamp=$venv/.compiled-catalogues
    if [ -f "$stamp" ] && [ -z "$(find "$here/translations" -name '*.po' -newer "$stamp" 2>/dev/null)" ] &&
        [ -z "$(find "$here/translations" -name '*.po' 2>/dev/null | while read -r po; do
            [ -f "${po%.po}.mo" ] || echo "$po"; done)" ]; then
        return 0
    fi
    patiently "$python" -m volunteer.core.catalogues >/dev/null || stop "翻訳ファイルをまとめられませんでした。" \
        "The translation catalogues could not be compiled."
    : >"$stamp"
}
