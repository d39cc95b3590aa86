#!/usr/bin/env bash
# Measures what an archive costs a list where answers take 50 ms: in PostgreSQL over loopback, in SQLite, and without one.
#
#   benches/postgres.sh [ROUNDS]     three rounds by default, half a minute each
#   HECHA=path/to/hecha benches/postgres.sh
#
# A server of its own is started in a temporary folder, with the settings that PostgreSQL has by default.
set -euo pipefail
cd "$(dirname "$0")/.."

ROUNDS=${1:-3} CALLS=1000 CONCURRENCY=8 LATENCY=50 COST=10
HECHA=$(realpath "${HECHA:-target/release/hecha}")
for folder in /usr/lib/postgresql/*/bin; do PATH=$folder:$PATH; done
command -v initdb >/dev/null || { echo "PostgreSQL is missing: apt install postgresql" >&2; exit 2; }

stage=$(mktemp -d)
chmod 711 "$stage"
mkdir -m 700 "$stage/server"
as_server() { # PostgreSQL refuses to run as root
  if [ "$(id -u)" = 0 ]; then setpriv --reuid postgres --regid postgres --clear-groups "$@"; else "$@"; fi
}
[ "$(id -u)" != 0 ] || chown postgres "$stage/server"
vendor_pid=
cleanup() {
  [ -z "$vendor_pid" ] || kill "$vendor_pid" 2>/dev/null || true
  as_server pg_ctl -D "$stage/server/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$stage"
}
trap cleanup EXIT
free_port() { python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])'; }
VENDOR=$(free_port) SERVER=$(free_port)
as_server initdb -D "$stage/server/data" -U hecha -A trust -E UTF8 --locale=C >/dev/null
as_server pg_ctl -D "$stage/server/data" -o "-h 127.0.0.1 -p $SERVER -k $stage/server" -l "$stage/server/log" -w start >/dev/null

python3 - "$stage" $CALLS <<'PYTHON'
import json, sys
stage, calls = sys.argv[1], int(sys.argv[2])
page = json.load(open("src/provider/fixtures/market.json"))
page["result"]["total"] = len(page["result"]["items"])
json.dump(page, open(f"{stage}/page.json", "w"), ensure_ascii=False)
open(f"{stage}/list.txt", "w").writelines(f"北京第{i}号科技有限公司\n" for i in range(calls))
PYTHON
python3 benches/compare/vendor.py "$VENDOR" "$stage/page.json" $LATENCY &
vendor_pid=$!
curl -s -o /dev/null --retry 50 --retry-connrefused --retry-delay 1 "http://127.0.0.1:$VENDOR/"

unset "${!HECHA_@}" 2>/dev/null || true
export HOME=$stage LC_ALL=C.UTF-8 HECHA_NETWORK_MAX_CALLS=1000000
export HECHA_MARKET_APPCODE=throw-away HECHA_MARKET_ENDPOINT=http://127.0.0.1:$VENDOR/
list() { "$HECHA" dishonest -q -i "$stage/list.txt" -j $CONCURRENCY -f csv -o "$stage/out.csv" "$@"; }
none() { list --no-archive; }
sqlite() { HECHA_ARCHIVE=$stage/archive.db list; }
postgresql() { HECHA_ARCHIVE_URL="postgres://hecha@127.0.0.1:$SERVER/postgres" list; }
forget() {
  rm -f "$stage/archive.db"*
  psql -q -h 127.0.0.1 -p "$SERVER" -U hecha postgres -c 'DROP SCHEMA public CASCADE' -c 'CREATE SCHEMA public' 2>/dev/null
}
for _ in $(seq "$ROUNDS"); do
  for way in none sqlite postgresql; do
    forget
    begun=$(date +%s%N); $way; ended=$(date +%s%N)
    echo $((ended - begun)) >> "$stage/$way"
  done
done

median() { sort -g "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
without=$(median "$stage/none")
echo "| $CALLS calls at $LATENCY ms, \`-j $CONCURRENCY\` | seconds | calls per second | cost of the archive | goal |"
echo "|---|---|---|---|---|"
for way in none sqlite postgresql; do
  awk -v way=$way -v n="$(median "$stage/$way")" -v without="$without" -v calls=$CALLS -v goal=$COST 'BEGIN {
    printf "| %s | %.2f | %.1f | %.1f %% | %s |\n", way, n / 1e9, calls / n * 1e9, (1 - without / n) * 100,
      way == "postgresql" ? "< " goal " %" : "–" }'
done
echo
echo "$(date +%F), $(nproc) cores, $(uname -sr), $(postgres --version), $ROUNDS rounds"
