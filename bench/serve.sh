#!/usr/bin/env bash
# Measures what it costs to serve one feed: `wireroom serve` beside a bare net/http server that holds the same bytes in
# memory, and nginx that has them as files. Needs wrk, nginx and curl. Prints a table in Markdown, of rounds in which all
# three take turns, so that other work on the machine meets them alike. Medians say how it went; the best of the rounds
# says what the server can do, since other work only ever takes away.
#
#   bench/serve.sh                  nine rounds of two seconds a case
#   ROUNDS=5 SECONDS_EACH=5 PORT=19000 bench/serve.sh
#   REQUESTS=1000000 bench/serve.sh memory     resident memory of wireroom before and after so many requests
#   CHANGES=20 bench/serve.sh rebuild          what a change of one of a thousand topics costs the server
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=${ROUNDS:-9} each=${SECONDS_EACH:-2} requests=${REQUESTS:-1000000}
dir=$(mktemp -d "${TMPDIR:-/tmp}/wireroom-serve.XXXXXX")
pids=()

finish() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true; done
  rm -rf "$dir"
}
trap finish EXIT

note() { echo "bench: $*" >&2; }

# await URL: until it answers.
await() {
  for _ in $(seq 100); do curl -fsS -o /dev/null "$1" 2>/dev/null && return; sleep 0.1; done
  note "no answer from $1"; exit 1
}

first=${PORT:-18480}
declare -A port=([wireroom]=$first [bare]=$((first + 1)) [nginx]=$((first + 2)) [origin]=$((first + 3))) pid
declare -A path=([wireroom]=/topics/everything.atom [bare]=/feed.atom [nginx]=/feed.atom)

note "building, and filling a store with 100 entries"
CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$dir/wireroom" ./cmd/wireroom
go build -o "$dir/" ./bench/origin ./bench/plain
world=(-sources 20 -hosts 20 -port "${port[origin]}")
"$dir/origin" "${world[@]}" -config "$dir/config.yaml" -store "sqlite:$dir/wireroom.db"
if [[ ${1-} == rebuild ]]; then
  for n in $(seq 989); do printf '  - {slug: quiet-%d, title: Quiet %d, strong: [qq%d]}\n' "$n" "$n" "$n"; done >>"$dir/config.yaml"
fi
"$dir/origin" "${world[@]}" 2>"$dir/origin.log" &
origin=$!
pids+=("$origin")
await "http://127.0.0.1:${port[origin]}/control/stats"
"$dir/wireroom" --config "$dir/config.yaml" poll --at 2026-11-05T12:00:00Z >"$dir/poll.log" 2>&1
[[ ${1-} == rebuild ]] || { kill "$origin" && wait "$origin" 2>/dev/null || true; }

serve_wireroom() {
  WIREROOM_LISTEN=127.0.0.1:${port[wireroom]} GOMAXPROCS=1 exec "$dir/wireroom" --config "$dir/config.yaml" serve --quiet
}
serve_wireroom &
pid[wireroom]=$!
pids+=("${pid[wireroom]}")
await "http://127.0.0.1:${port[wireroom]}${path[wireroom]}"

# ticks PID: what a process has used of the processor, in clock ticks.
ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }

# rebuild: one item at a time comes into one topic, and is asked for a second later, when the server looks again.
rebuild() {
  local used=0 before minute changes=${CHANGES:-20}
  for minute in $(seq "$changes"); do
    curl -fsS -X POST "http://127.0.0.1:${port[origin]}/control?step=1" >/dev/null
    "$dir/wireroom" --config "$dir/config.yaml" poll --force --source source-0000 --at "$(printf '2026-11-05T13:%02d:00Z' "$minute")" >>"$dir/poll.log" 2>&1
    sleep 1
    before=$(ticks "${pid[wireroom]}")
    curl -fsS -H 'Accept-Encoding: gzip' -o "$dir/now.gz" "http://127.0.0.1:${port[wireroom]}${path[wireroom]}"
    used=$((used + $(ticks "${pid[wireroom]}") - before))
    cmp -s "$dir/now.gz" "$dir/then.gz" && { note "the feed has not changed"; exit 1; }
    mv "$dir/now.gz" "$dir/then.gz"
  done
  awk -v ticks="$used" -v hz="$(getconf CLK_TCK)" -v n="$changes" 'BEGIN { printf "%.1f ms of processor a change, reading 1,000 topics and the head, rendering and gzip included\n", ticks * 1000 / hz / n }'
}
if [[ ${1-} == rebuild ]]; then rebuild; exit; fi

curl -fsS -H 'Accept-Encoding: identity' -o "$dir/feed.atom" "http://127.0.0.1:${port[wireroom]}${path[wireroom]}"
curl -fsS -H 'Accept-Encoding: gzip' -o "$dir/feed.atom.gz" "http://127.0.0.1:${port[wireroom]}${path[wireroom]}"

GOMAXPROCS=1 "$dir/plain" -listen "127.0.0.1:${port[bare]}" -file "$dir/feed.atom" -gzip "$dir/feed.atom.gz" &
pid[bare]=$!
pids+=("${pid[bare]}")

cat >"$dir/nginx.conf" <<NGINX
worker_processes 1;
daemon off;
master_process off;
pid $dir/nginx.pid;
error_log $dir/nginx.log;
events { worker_connections 512; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 10000000;
  client_body_temp_path $dir/body; proxy_temp_path $dir/proxy; fastcgi_temp_path $dir/fastcgi; uwsgi_temp_path $dir/uwsgi; scgi_temp_path $dir/scgi;
  open_file_cache max=10;
  default_type application/atom+xml;
  server {
    listen 127.0.0.1:${port[nginx]};
    root $dir;
    location = /feed.atom.gz { add_header Content-Encoding gzip; }
  }
}
NGINX
nginx -c "$dir/nginx.conf" -p "$dir" 2>/dev/null &
pid[nginx]=$!
pids+=("${pid[nginx]}")
for server in bare nginx; do await "http://127.0.0.1:${port[$server]}${path[$server]}"; done

# etag SERVER PATH: of the gzip representation.
etag() { curl -fsS -D - -o /dev/null -H 'Accept-Encoding: gzip' "http://127.0.0.1:${port[$1]}$2" | tr -d '\r' | awk 'tolower($1) == "etag:" { print $2 }'; }

# measure CASE SERVER: one run of wrk, as a line: case, server, requests a second, p99 in ms, microseconds of processor a request.
measure() {
  local case=$1 server=$2 at=${path[$2]} headers=() before after
  [[ $case == 200-gzip && $server == nginx ]] && at=/feed.atom.gz
  [[ $case == 200-identity ]] || headers=(-H 'Accept-Encoding: gzip')
  [[ $case == 304 ]] && headers+=(-H "If-None-Match: $(etag "$server" "$at")")
  before=$(ticks "${pid[$server]}")
  wrk -t1 -c16 -d"${each}s" --latency "${headers[@]}" "http://127.0.0.1:${port[$server]}$at" >"$dir/wrk.txt"
  after=$(ticks "${pid[$server]}")
  awk -v case="$case" -v server="$server" -v ticks=$((after - before)) -v hz="$(getconf CLK_TCK)" '
    function ms(t) { return t ~ /us$/ ? t / 1000 : t ~ /ms$/ ? t + 0 : t * 1000 }
    $1 == "99%" { p99 = ms($2) }
    $2 == "requests" && $3 == "in" { n = $1 }
    /^Requests\/sec/ { rps = $2 }
    /Non-2xx or 3xx|Socket errors/ { print "bench: " $0 > "/dev/stderr" }
    END { print case, server, rps, p99, ticks * 1e6 / hz / n }' "$dir/wrk.txt"
}

memory() { awk '/^VmRSS/ { print $2 " KiB" }' "/proc/${pid[wireroom]}/status"; }

if [[ ${1-} == memory ]]; then
  measure 200-gzip wireroom >/dev/null
  echo "before: $(memory)"
  done=0
  while ((done < requests)); do
    for case in 200-identity 200-gzip 304; do
      measure $case wireroom >/dev/null
      done=$((done + $(awk '$2 == "requests" && $3 == "in" { print $1 }' "$dir/wrk.txt")))
    done
    echo "after $done requests: $(memory)"
  done
  exit
fi

for round in $(seq "$rounds"); do
  note "round $round of $rounds"
  for case in 200-identity 200-gzip 304; do
    for server in wireroom bare nginx; do measure $case $server; done
  done
done >"$dir/runs.txt"

echo "$(wc -c <"$dir/feed.atom") bytes, $(wc -c <"$dir/feed.atom.gz") compressed; $rounds rounds of $each s, 16 connections"
echo
echo "| case | server | requests a second, median | best | p99 ms, median | processor µs a request, median | least | best ÷ bare | bare's least ÷ least |"
echo "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
awk '
  function sorted(list, v,   n, i, j, t) {
    n = split(list, v, " ")
    for (i = 2; i <= n; i++) for (j = i; j > 1 && v[j-1] + 0 > v[j] + 0; j--) { t = v[j]; v[j] = v[j-1]; v[j-1] = t }
    return n
  }
  function median(list,   v, n) { n = sorted(list, v); return n % 2 ? v[(n+1)/2] : (v[n/2] + v[n/2+1]) / 2 }
  function least(list,   v) { sorted(list, v); return v[1] }
  function most(list,   v, n) { n = sorted(list, v); return v[n] }
  { k = $1 " " $2; rps[k] = rps[k] " " $3; p99[k] = p99[k] " " $4; cpu[k] = cpu[k] " " $5 }
  END {
    split("200-identity 200-gzip 304", cases, " "); split("wireroom bare nginx", servers, " ")
    for (c = 1; c <= 3; c++) for (s = 1; s <= 3; s++) {
      k = cases[c] " " servers[s]; b = cases[c] " bare"
      printf "| %s | %s | %d | %d | %.1f | %.1f | %.1f | %.2f | %.2f |\n", cases[c], servers[s], median(rps[k]), most(rps[k]), median(p99[k]),
        median(cpu[k]), least(cpu[k]), most(rps[k]) / most(rps[b]), least(cpu[b]) / least(cpu[k])
    }
  }' "$dir/runs.txt"
