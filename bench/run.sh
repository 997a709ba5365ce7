#!/usr/bin/env bash
# Measures `wireroom poll` against 1,000 made-up sources and prints a table in Markdown. See README.md beside it.
#
#   bench/run.sh             everything below a temporary folder, which goes at the end
#   KEEP=1 bench/run.sh      keeps that folder (database, configuration, logs) and says where it is
#   SOURCES=100 HOSTS=20 PORT=18081 bench/run.sh
set -euo pipefail
cd "$(dirname "$0")/.."

sources=${SOURCES:-1000} hosts=${HOSTS:-200} port=${PORT:-18080}
control=http://127.0.0.1:$port/control
dir=$(mktemp -d "${TMPDIR:-/tmp}/wireroom-bench.XXXXXX")
origin=

finish() {
  [[ -z $origin ]] || { kill "$origin" && wait "$origin"; } 2>/dev/null || true
  if [[ -n ${KEEP-} ]]; then echo "kept: $dir" >&2; else rm -rf "$dir"; fi
}
trap finish EXIT

note() { echo "bench: $*" >&2; }

steer() { curl -fsS -X POST "$control?$1" >/dev/null; }

# phase NAME HOURS ARG...: one poll, HOURS after the time at which the world begins, as a row of the table.
phase() {
  local name=$1 hours=$2
  shift 2
  note "$name"
  "$dir/measure" -name "$name" -sources "$sources" -db "$dir/wireroom.db" -stats "$control" -log "$dir/poll.log" -- \
    "$dir/wireroom" --config "$dir/config.yaml" poll --at "$(printf '2026-11-05T%02d:00:00Z' $((12 + hours)))" "$@" ||
    { tail -n 20 "$dir/poll.log" >&2; exit 1; }
}

note "building"
CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$dir/wireroom" ./cmd/wireroom
go build -o "$dir/" ./bench/origin ./bench/measure

world=(-sources "$sources" -hosts "$hosts" -port "$port")
"$dir/origin" "${world[@]}" -config "$dir/config.yaml" -store "sqlite:$dir/wireroom.db"
"$dir/origin" "${world[@]}" >"$dir/origin.log" 2>&1 &
origin=$!
# Its own word that it serves counts, not an answer at the port, which might be another's.
until grep -q '^origin: .* sources' "$dir/origin.log"; do
  kill -0 "$origin" 2>/dev/null || { cat "$dir/origin.log" >&2; echo "bench: the origin did not start; PORT=… chooses another port" >&2; exit 1; }
  sleep 0.2
done

"$dir/measure" -header
phase "first ingest" 0
phase "nothing new: all 304" 1 --force
steer latency=50ms
phase "nothing new: all 304, at 50 ms" 2 --force
steer latency=0s
steer step=1
phase "one new item each" 3 --force
steer mode=plain
phase "same bytes; validators go" 4 --force
phase "same bytes, no validators" 5 --force

cat <<END

$sources sources on $hosts hosts; program $(stat -c %s "$dir/wireroom") bytes; $(nproc) processors, $(uname -sr); $(go version | cut -d' ' -f3).
END
