#!/usr/bin/env bash
# Measures the table of docs/performance.md: hecha side by side with the tools that people use instead.
#
#   benches/compare.sh              the complete table, about ten minutes on two idle cores
#   benches/compare.sh --quick      the same with short lists, about two minutes
#   BUILD=yes benches/compare.sh    also a clean release build, some minutes more
#   HECHA=path/to/hecha benches/compare.sh
#   MEMORY=100000 benches/compare.sh      shorter lists for the peaks of memory, which take most of the time
#
# Everything runs on loopback and in one temporary folder, and ends with the script. Ratios are of medians of runs that
# alternate.
set -euo pipefail
cd "$(dirname "$0")/.."

LIST=20000 REPLAY=5000 CHANGES=10000 MEMORY=${MEMORY:-1000000} ROUNDS=5 SHORT_RUNS=40
if [ "${1:-}" = --quick ]; then LIST=3000 REPLAY=1000 CHANGES=2000 MEMORY=20000 ROUNDS=3 SHORT_RUNS=10; fi

# ---- programs ---------------------------------------------------------------------------------------------
missing=0
needs() { # COMMAND PACKAGE
  command -v "$1" >/dev/null 2>&1 || { echo "missing: $1 — install it with: $2" >&2; missing=1; }
}
PATH=$PATH:/usr/sbin
needs hyperfine 'apt install hyperfine   (or: cargo install hyperfine)'
needs nginx 'apt install nginx-light'
needs jq 'apt install jq'
needs curl 'apt install curl'
needs sqlite3 'apt install sqlite3'
needs openssl 'apt install openssl'
needs python3 'apt install python3'
[ -x /usr/bin/time ] || { echo "missing: time — install it with: apt install time" >&2; missing=1; }
python3 -c 'import aiohttp' 2>/dev/null || { echo "missing: aiohttp — install it with: pip install aiohttp" >&2; missing=1; }
[ $missing = 0 ] || { echo "install what is missing and run this again" >&2; exit 2; }

HECHA=${HECHA:-target/release/hecha}
[ -x "$HECHA" ] || cargo build --release --bin hecha
HECHA=$(realpath "$HECHA")
HERE=$PWD/benches/compare
benchmark() { # NAME: its program
  cargo bench --no-run --bench "$1" --message-format json |
    jq -r --arg name "$1" 'select(.target.name? == $name) | .executable // empty' | tail -1
}
PAGES=${PAGES:-$(benchmark pages)} FETCH=${FETCH:-$(benchmark fetch)}

# ---- static vendor pages behind nginx, lists, a throw-away certificate --------------------------------------
stage=$(mktemp -d)
slow_pid=
cleanup() {
  [ -z "$slow_pid" ] || kill "$slow_pid" 2>/dev/null || true
  [ ! -f "$stage/nginx.pid" ] || kill "$(cat "$stage/nginx.pid")" 2>/dev/null || true
  rm -rf "$stage"
}
trap cleanup EXIT
trap 'exit 130' INT TERM
free_port() { python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])'; }
HTTP=$(free_port) HTTPS=$(free_port) SLOW=$(free_port)
mkdir "$stage/www" "$stage/tmp" "$stage/home"
chmod 711 "$stage"  # nginx started by root serves as another user
python3 - "$stage" "$LIST" "$REPLAY" "$CHANGES" "$MEMORY" <<'PYTHON'
import json, sys
stage, counts = sys.argv[1], sys.argv[2:]
market = json.load(open("src/provider/fixtures/market.json"))
shuidi = json.load(open("src/provider/fixtures/shuidi.json"))
items = market["result"]["items"]
def page(name, count):  # one page that is all there is, so that every keyword is one call
    records = [dict(items[i % len(items)], id=30778596 + i, businessId=f"{i:032x}") for i in range(count)]
    body = {**market, "result": {**market["result"], "total": count, "items": records}}
    json.dump(body, open(f"{stage}/www/{name}", "w"), ensure_ascii=False)
    return json.dumps(body, ensure_ascii=False)
page("market.json", 2)
full = page("full.json", 20)
open(f"{stage}/performed.json", "w").write(full.replace("全部未履行", "全部已履行", 1))
json.dump({"code": 2, "desc": "无数据", "result": None}, open(f"{stage}/www/nothing.json", "w"), ensure_ascii=False)
shuidi["data"]["Paging"]["TotalRecords"] = len(shuidi["data"]["Items"])
json.dump(shuidi, open(f"{stage}/www/shuidi.json", "w"), ensure_ascii=False)
for count in {*counts, "1000", "5000"}:
    with open(f"{stage}/{count}.txt", "w") as out:
        out.writelines(f"北京第{i}号科技有限公司\n" for i in range(int(count)))
with open(f"{stage}/bodies.ndjson", "w") as out:
    out.writelines(full + "\n" for _ in range(2000))
PYTHON
authority="$stage/authority.pem"
{
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$stage/authority.key" -out "$authority" -days 2 -subj /CN=authority
  openssl req -newkey rsa:2048 -nodes -keyout "$stage/key.pem" -out "$stage/request.pem" -subj /CN=localhost
  openssl x509 -req -in "$stage/request.pem" -CA "$authority" -CAkey "$stage/authority.key" -CAcreateserial -days 2 \
    -extfile <(echo subjectAltName=DNS:localhost,IP:127.0.0.1) -out "$stage/cert.pem"
} 2>/dev/null
cat > "$stage/nginx.conf" <<CONF
worker_processes 1;
pid $stage/nginx.pid;
error_log $stage/nginx.log;
events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path $stage/tmp/a; proxy_temp_path $stage/tmp/b; fastcgi_temp_path $stage/tmp/c;
  uwsgi_temp_path $stage/tmp/d; scgi_temp_path $stage/tmp/e;
  sendfile on; tcp_nopush on; open_file_cache max=100;
  keepalive_timeout 60s; keepalive_requests 100000000;
  default_type application/json;
  server {
    listen 127.0.0.1:$HTTP;
    listen 127.0.0.1:$HTTPS ssl;
    ssl_certificate $stage/cert.pem; ssl_certificate_key $stage/key.pem;
    root $stage/www;
    error_page 405 =200 \$uri;
  }
}
CONF
nginx -c "$stage/nginx.conf" 2>/dev/null

user_home=$HOME
export HOME=$stage/home LC_ALL=C.UTF-8
unset "${!HECHA_@}" 2>/dev/null || true
export HECHA_ARCHIVE=$stage/home/archive.db HECHA_NETWORK_MAX_CALLS=100000000
export HECHA_MARKET_APPCODE=throw-away HECHA_MARKET_ENDPOINT=http://127.0.0.1:$HTTP/market.json
export HECHA_SHUIDI_PNAME=throw-away HECHA_SHUIDI_PKEY=0123456789abcdef
export HECHA_SHUIDI_ENDPOINT=http://127.0.0.1:$HTTP/shuidi.json

# ---- measuring ---------------------------------------------------------------------------------------------
table=$stage/table
row() { # WHAT AGAINST OURS THEIRS RATIO GOAL MET
  printf '| %s | %s | %s | %s | %s | %s | %s |\n' "$@" | tee -a "$table" >&2
}
judge() { # VALUE at-least|at-most GOAL
  awk -v value="$1" -v sense="$2" -v goal="$3" 'BEGIN {
    print ((sense == "at-least" ? value >= goal : value <= goal) ? "yes" : "no") }'
}
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
milliseconds() { awk -v s="$1" 'BEGIN { printf "%.1f ms", s * 1000 }'; }
in_turns() { # WARM-UPS NAME COMMAND COMMAND
  hyperfine -N --warmup "$1" --runs "$SHORT_RUNS" --export-json "$stage/$2.json" "$3" "$4" >"$stage/log" 2>&1 ||
    { cat "$stage/log" >&2; return 1; }
}
# The median seconds of short commands, OURS THEIRS, in alternating blocks and without a shell.
short() {
  in_turns 3 a "$1" "$2" && in_turns 1 b "$2" "$1" || return
  jq -rs '[(.[0].results[0].times + .[1].results[1].times), (.[0].results[1].times + .[1].results[0].times)]
          | map(sort | .[length / 2 | floor]) | @tsv' "$stage/a.json" "$stage/b.json"
}
seconds_of() { # COMMAND…
  local begun ended
  begun=$(date +%s%N); "$@" >/dev/null 2>&1 || { echo "failed: $*" >&2; exit 1; }; ended=$(date +%s%N)
  awk -v n=$((ended - begun)) 'BEGIN { printf "%.6f\n", n / 1e9 }'
}
median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
# The median seconds of long commands, alternating: OURS THEIRS, each the name of a function.
long() {
  : > "$stage/ours"; : > "$stage/theirs"
  for _ in $(seq "$ROUNDS"); do
    seconds_of "$1" >> "$stage/ours"; seconds_of "$2" >> "$stage/theirs"
  done
  printf '%s\t%s\n' "$(median < "$stage/ours")" "$(median < "$stage/theirs")"
}
peak_mib() { /usr/bin/time -f '%M' -o "$stage/peak" "$@" >/dev/null 2>&1; awk 'END { printf "%.1f", $1 / 1024 }' "$stage/peak"; }

faster_row() { # WHAT AGAINST OURS THEIRS GOAL   (seconds; times as fast)
  local times; times=$(ratio "$4" "$3")
  row "$1" "$2" "$(milliseconds "$3")" "$(milliseconds "$4")" "$times × as fast" "≥ $5 ×" "$(judge "$times" at-least "$5")"
}

# ---- latency -----------------------------------------------------------------------------------------------
with_latency() { # MILLISECONDS CALLS CONCURRENCY: median seconds of that many calls with archive
  python3 "$HERE/vendor.py" "$SLOW" "$stage/www/market.json" "$1" &
  slow_pid=$!
  curl -s -o /dev/null --retry 50 --retry-connrefused --retry-delay 1 "http://127.0.0.1:$SLOW/"
  delayed() { HECHA_MARKET_ENDPOINT=http://127.0.0.1:$SLOW/ HECHA_ARCHIVE=$stage/home/latency.db \
    "$HECHA" dishonest -q -i "$stage/$1.txt" -j "$2" -f csv -o "$stage/out.csv"; }
  for _ in 1 2 3; do
    rm -f "$stage/home/latency.db"*
    seconds_of delayed "$2" "$3"
  done | median
  kill $slow_pid; wait $slow_pid 2>/dev/null || true; slow_pid=
}
latency_row() { # MILLISECONDS CALLS CONCURRENCY GOAL
  local seconds ideal share
  seconds=$(with_latency "$1" "$2" "$3")
  ideal=$(awk -v l="$1" -v n="$2" -v j="$3" 'BEGIN { printf "%.2f", l / 1000 * int((n + j - 1) / j) }')
  share=$(awk -v s="$seconds" -v i="$ideal" 'BEGIN { printf "%.1f", i / s * 100 }')
  row "$2 calls at $1 ms with archive, \`-j $3\`" 'the ideal' "$(printf '%.2f s' "$seconds")" "$ideal s" "$share % of the ideal" "≥ $4 %" "$(judge "$share" at-least "$4")"
}
latency_row 50 1000 8 94
latency_row 200 1000 8 97
latency_row 50 5000 64 85

# ---- one lookup --------------------------------------------------------------------------------------------
KEYWORD=北京第1号科技有限公司
lookup="$HECHA copyright --provider shuidi $KEYWORD --fresh -f csv"
read -r ours theirs < <(short "$lookup" "curl -s -o /dev/null $HECHA_SHUIDI_ENDPOINT")
faster_row 'one lookup with archive' 'bare `curl`' "$ours" "$theirs" 1
read -r ours theirs < <(short "$lookup" "sh $HERE/lookup_shell.sh $HECHA_SHUIDI_ENDPOINT $KEYWORD")
faster_row 'one lookup with archive' 'md5sum + curl + jq' "$ours" "$theirs" 4
secure=https://127.0.0.1:$HTTPS/market.json
for bundle in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem; do
  [ -f $bundle ] || continue
  cat $bundle "$authority" > "$stage/store.pem"
  export HECHA_MARKET_ENDPOINT=$secure SSL_CERT_FILE=$stage/store.pem
  read -r ours theirs < <(short "$HECHA dishonest $KEYWORD --fresh -f csv" "curl -s -o /dev/null --cacert $SSL_CERT_FILE $secure")
  faster_row 'one lookup over TLS with archive' '`curl` with the same store' "$ours" "$theirs" 1
  unset SSL_CERT_FILE
  break
done
export HECHA_MARKET_ENDPOINT=http://127.0.0.1:$HTTP/market.json
start_row() { # OPTION GOAL
  local ours theirs times
  read -r ours theirs < <(short "$HECHA $1" 'jq --version')
  times=$(ratio "$ours" "$theirs")
  row "\`$1\`" '`jq --version`' "$(milliseconds "$ours")" "$(milliseconds "$theirs")" "$times × as long" "≤ $2 ×" "$(judge "$times" at-most "$2")"
}
start_row --version 2
start_row --help 2.2

# ---- a list ------------------------------------------------------------------------------------------------
list_archived() { rm -f "$HECHA_ARCHIVE"*; "$HECHA" dishonest -q -i "$stage/$LIST.txt" -j 8 -f csv -o "$stage/out.csv"; }
list_plain() { "$HECHA" dishonest -q -i "$stage/$LIST.txt" -j 8 --no-archive -f csv -o "$stage/out.csv"; }
list_fetched() { "$FETCH" "$HECHA_MARKET_ENDPOINT" "$LIST"; }
list_aiohttp() { python3 "$HERE/list_aiohttp.py" "$HECHA_MARKET_ENDPOINT" "$stage/$LIST.txt" "$stage/theirs.csv" 8; }
list_aiohttp_sqlite() {
  rm -f "$stage/theirs.db"*
  python3 "$HERE/list_aiohttp.py" "$HECHA_MARKET_ENDPOINT" "$stage/$LIST.txt" "$stage/theirs.csv" 8 "$stage/theirs.db"
}
rate() { awk -v n="$LIST" -v s="$1" 'BEGIN { printf "%.0f/s", n / s }'; }
list_row() { # WHAT AGAINST OURS THEIRS GOAL
  local ours theirs times
  read -r ours theirs < <(long "$3" "$4")
  times=$(ratio "$theirs" "$ours")
  row "$1" "$2" "$(rate "$ours")" "$(rate "$theirs")" "$times × as fast" "≥ $5 ×" "$(judge "$times" at-least "$5")"
}
list_row 'a list with archive, `-j 8`, loopback' aiohttp list_archived list_aiohttp 2.2
list_row 'a list with archive, `-j 8`, loopback' 'aiohttp, each body committed to sqlite3' list_archived list_aiohttp_sqlite 3
list_row 'a list without archive, `-j 8`, loopback' aiohttp list_plain list_aiohttp 5
read -r ours theirs < <(long list_fetched list_aiohttp)
row '`reqwest::blocking` alone, bodies discarded' aiohttp "$(rate "$ours")" "$(rate "$theirs")" "$(ratio "$theirs" "$ours") × as fast" – –

# ---- pages: parse and write; replay ------------------------------------------------------------------------
pages_hecha() { "$PAGES" "$stage/bodies.ndjson" > "$stage/out.csv"; }
pages_jq() { jq -r -f "$HERE/records.jq" "$stage/bodies.ndjson" > "$stage/theirs.csv"; }
read -r ours theirs < <(long pages_hecha pages_jq)
faster_row 'parse + write, 2,000 pages of 20 to csv' '`jq -r … @csv`' "$ours" "$theirs" 6

rm -f "$HECHA_ARCHIVE"*
export HECHA_MARKET_ENDPOINT=http://127.0.0.1:$HTTP/full.json
"$HECHA" dishonest -q -i "$stage/$REPLAY.txt" -j 8 -f csv -o "$stage/out.csv"
python3 - "$stage" "$REPLAY" <<'PYTHON'
import sqlite3, sys
stage, count = sys.argv[1], int(sys.argv[2])
body = open(f"{stage}/www/full.json").read()
plain = sqlite3.connect(f"{stage}/plain.db")
plain.execute("CREATE TABLE pages (name TEXT PRIMARY KEY, body TEXT NOT NULL)")
plain.executemany("INSERT INTO pages VALUES (?, ?)", ((f"北京第{i}号科技有限公司", body) for i in range(count)))
plain.commit()
PYTHON
by_hand() { sqlite3 "$stage/plain.db" 'SELECT body FROM pages' | jq -r -f "$HERE/records.jq" > "$stage/theirs.csv"; }
replay() { "$HECHA" dishonest -q -i "$stage/$REPLAY.txt" -j 8 --offline -f csv -o "$stage/out.csv"; }
read -r ours theirs < <(long replay by_hand)
faster_row "replay of $REPLAY archived pages of 20 to csv" 'sqlite3 + jq' "$ours" "$theirs" 6

# ---- changes -----------------------------------------------------------------------------------------------
buy_again() { "$HECHA" dishonest -q -i "$1" -j 8 --fresh -f csv -o "$stage/out.csv"; }
two_snapshots() { # QUERIES: two answers to each query, which differ for a tenth of them
  rm -f "$HECHA_ARCHIVE"*
  head -n "$(($1 / 10))" "$stage/$1.txt" > "$stage/changed.txt"
  tail -n +"$(($1 / 10 + 1))" "$stage/$1.txt" > "$stage/unchanged.txt"
  buy_again "$stage/$1.txt"
  buy_again "$stage/unchanged.txt"
  # In place and of the same length, because the server keeps the file open.
  cp "$stage/www/full.json" "$stage/full.json"
  cat "$stage/performed.json" > "$stage/www/full.json"
  buy_again "$stage/changed.txt"
  cat "$stage/full.json" > "$stage/www/full.json"
}
compare_snapshots() { "$HECHA" changes dishonest -q -f csv -o "$stage/changes.csv"; }
replay_twice() {
  for _ in 1 2; do "$HECHA" dishonest -q -i "$stage/$CHANGES.txt" -j 8 --offline -f csv -o "$stage/out.csv"; done
}
two_snapshots 1000
small=$(peak_mib "$HECHA" changes dishonest -q -f csv -o "$stage/changes.csv")
two_snapshots "$CHANGES"
large=$(peak_mib "$HECHA" changes dishonest -q -f csv -o "$stage/changes.csv")
[ "$(wc -l < "$stage/changes.csv")" = $((CHANGES / 10 + 1)) ] || { echo "wrong changes" >&2; exit 1; }
read -r ours theirs < <(long compare_snapshots replay_twice)
times=$(ratio "$ours" "$theirs")
row "changes over $CHANGES queries of 20 records" 'two offline replays to csv' "$(milliseconds "$ours")" \
  "$(milliseconds "$theirs")" "$times × as long" '≤ 1 ×' "$(judge "$times" at-most 1)"
times=$(ratio "$large" "$small")
row "peak memory of changes over $CHANGES queries" '1,000 queries' "$large MiB" "$small MiB" "$times × as much" \
  '≤ 1.2 ×' "$(judge "$times" at-most 1.2)"
export HECHA_MARKET_ENDPOINT=http://127.0.0.1:$HTTP/market.json

# ---- memory, size, build -----------------------------------------------------------------------------------
memory_row() { # WHAT OPTION…: peak of 1,000 and of $MEMORY queries
  local what=$1 small large met; shift
  rm -f "$HECHA_ARCHIVE"*
  small=$(peak_mib "$HECHA" dishonest -q -i "$stage/1000.txt" -j 8 "$@")
  rm -f "$HECHA_ARCHIVE"*
  large=$(peak_mib "$HECHA" dishonest -q -i "$stage/$MEMORY.txt" -j 8 "$@")
  met=$(judge "$large" at-most 32); [ "$(judge "$(ratio "$large" "$small")" at-most 1.2)" = yes ] || met=no
  row "peak memory of $MEMORY queries, $what" '1,000 queries' "$large MiB" "$small MiB" "$(ratio "$large" "$small") × as much" '< 32 MiB, ≤ 1.2 ×' "$met"
}
memory_row 'csv with archive' -f csv -o "$stage/out.csv"
for format in csv ndjson json table xlsx html; do
  memory_row "$format" --no-archive -f $format -o "$stage/out.$format"
done
size=$(awk -v b="$(wc -c < "$HECHA")" 'BEGIN { printf "%.1f", b / 1048576 }')
row 'release binary' – "$size MiB" – – '≤ 10 MiB' "$(judge "$size" at-most 10)"
if [ "${BUILD:-no}" = yes ]; then
  # Dependencies are downloaded before the clock starts.
  HOME=$user_home cargo fetch --locked
  build() { HOME=$user_home cargo build --release --locked --offline --target-dir "$stage/target"; }
  row 'clean release build' – "$(printf '%.0f s' "$(seconds_of build)")" – – – –
fi

echo
echo "| what | against | hecha | the other | ratio | goal | met |"
echo "|---|---|---|---|---|---|---|"
cat "$table"
echo
echo "$(date +%F), $(nproc) cores, $(uname -sr), $("$HECHA" --version), list of $LIST, replay of $REPLAY pages, memory of $MEMORY queries"
