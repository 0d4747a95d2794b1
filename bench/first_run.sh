#!/bin/sh
# How long ./run takes on a fresh clone: the first time with pip (no uv), the second time, until a page answers.
# usage: bench/first_run.sh [port]
set -eu

here=$(unset CDPATH && cd -- "$(dirname -- "$0")/.." && pwd)
port=${1:-5931}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git clone --quiet "$here" "$work/town"
cd "$work/town"

# A PATH without uv, so that pip does the work.
without_uv=$(printf '%s' "$PATH" | tr ':' '\n' | while read -r folder; do
    [ -x "$folder/uv" ] || printf '%s:' "$folder"
done)

seconds_until_it_answers() {
    begun=$(date +%s%N)
    PATH=${without_uv%:} ./run --port "$port" >"$work/log" 2>&1 &
    pid=$!
    until grep -q "127.0.0.1:$port/" "$work/log"; do
        kill -0 "$pid" 2>/dev/null || { cat "$work/log" >&2 && exit 1; }
        sleep 0.05
    done
    echo "$1: $((($(date +%s%N) - begun) / 1000000)) ms"
    kill -INT "$pid" 2>/dev/null || true
    kill -TERM "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
}

seconds_until_it_answers "first ./run (pip)"
seconds_until_it_answers "second ./run"
seconds_until_it_answers "third ./run"
