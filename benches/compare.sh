#!/usr/bin/env bash
# The table of docs/performance.md, measured: hecha side by side with the tools that people use instead.
#
#   benches/compare.sh              the whole table, about ten minutes on two idle cores
#   benches/compare.sh --quick      the same with short lists, about one minute, for a first look
#   HECHA=path/to/hecha benches/compare.sh
#
# Everything happens on loopback and in one temporary folder; what is started is stopped at the end. Nothing
# is sent anywhere else, nothing of the user's is read. Each ratio is of medians of runs that took turns.
set -euo pipefail
cd "$(dirname "$0")/.."

LIST=20000 REPLAY=10000 MEMORY=100000 ROUNDS=5 SHORT_RUNS=40
if [ "${1:-}" = --quick ]; then LIST=3000 REPLAY=1000 MEMORY=5000 ROUNDS=3 SHORT_RUNS=10; fi

# ---- what is needed, and what is missing ------------------------------------------------------------------
missing=0
needs() { # COMMAND PACKAGE
  command -v "$1" >/dev/null 2>&1 || { echo "missing: $1 — install it with: $2" >&2; missing=1; }
}
PATH=$PATH:/usr/sbin
needs hyperfine 'apt install hyperfine   (or: cargo install hyperfine)'
needs wrk 'apt install wrk'
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
PAGES=${PAGES:-$(cargo bench --no-run --bench pages --message-format json \
  | jq -r 'select(.target.name? == "pages") | .executable // empty' | tail -1)}

# ---- the stage: a folder, static vendor pages behind nginx, a throw-away certificate -----------------------
stage=$(mktemp -d)
sandbox_pid=
cleanup() {
  [ -z "$sandbox_pid" ] || kill "$sandbox_pid" 2>/dev/null || true
  [ ! -f "$stage/nginx.pid" ] || kill "$(cat "$stage/nginx.pid")" 2>/dev/null || true
  rm -rf "$stage"
}
trap cleanup EXIT
trap 'exit 130' INT TERM
free_port() { python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])'; }
HTTP=$(free_port) HTTPS=$(free_port) SANDBOX=$(free_port)
mkdir "$stage/www" "$stage/tmp" "$stage/home"
chmod 711 "$stage"  # a server started by root serves as somebody else
python3 - "$stage" "$LIST" "$REPLAY" "$MEMORY" <<'PYTHON'
import json, sys
stage, counts = sys.argv[1], sys.argv[2:]
market = json.load(open("src/provider/fixtures/market.json"))
shuidi = json.load(open("src/provider/fixtures/shuidi.json"))
items = market["result"]["items"]
def page(name, count):  # one page that is all there is, so that every keyword is one call
    records = [dict(items[i % len(items)], id=30778596 + i) for i in range(count)]
    body = {**market, "result": {**market["result"], "total": count, "items": records}}
    json.dump(body, open(f"{stage}/www/{name}", "w"), ensure_ascii=False)
    return json.dumps(body, ensure_ascii=False)
page("market.json", 2)
full = page("full.json", 20)
json.dump({"code": 2, "desc": "无数据", "result": None}, open(f"{stage}/www/nothing.json", "w"), ensure_ascii=False)
shuidi["data"]["Paging"]["TotalRecords"] = len(shuidi["data"]["Items"])
json.dump(shuidi, open(f"{stage}/www/shuidi.json", "w"), ensure_ascii=False)
for count in {*counts, "1000"}:
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
# The median seconds of short commands, OURS THEIRS, taking turns in blocks; no shell in between.
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
# The median seconds of long commands, taking turns: OURS THEIRS, each a function's name.
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

# ---- one lookup --------------------------------------------------------------------------------------------
KEYWORD=北京第1号科技有限公司
lookup="$HECHA copyright --provider shuidi $KEYWORD --fresh -f csv"
shell_line="sh $HERE/lookup_shell.sh $HECHA_SHUIDI_ENDPOINT $KEYWORD"
read -r ours theirs < <(short "$lookup" "$shell_line")
faster_row 'one lookup, archive on' 'md5sum + curl + jq' "$ours" "$theirs" 6
read -r ours theirs < <(short "$lookup" "curl -s -o /dev/null $HECHA_SHUIDI_ENDPOINT")
faster_row 'one lookup, archive on' 'bare `curl`' "$ours" "$theirs" 1
read -r ours theirs < <(short "$lookup --no-archive" "curl -s -o /dev/null $HECHA_SHUIDI_ENDPOINT")
faster_row 'one lookup, archive off' 'bare `curl`' "$ours" "$theirs" 1

for words in --version --help 'completions bash'; do
  read -r ours theirs < <(short "$HECHA $words" 'jq --version')
  times=$(ratio "$ours" "$theirs")
  row "\`$words\`" '`jq --version`' "$(milliseconds "$ours")" "$(milliseconds "$theirs")" "$times × as long" '≤ 2 ×' "$(judge "$times" at-most 2)"
done

secure=https://127.0.0.1:$HTTPS/market.json
export HECHA_MARKET_ENDPOINT=$secure
read -r ours theirs < <(short "$HECHA dishonest $KEYWORD --fresh -f csv --ca-cert $authority" "curl -s -o /dev/null --cacert $authority $secure")
faster_row 'one lookup over TLS, certificate given' '`curl --cacert`' "$ours" "$theirs" 1
store=
for bundle in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem; do
  [ ! -f $bundle ] || { store=$stage/store.pem; cat $bundle "$authority" > "$store"; break; }
done
if [ -n "$store" ]; then
  export SSL_CERT_FILE=$store
  read -r ours theirs < <(short "$HECHA dishonest $KEYWORD --fresh -f csv" "curl -s -o /dev/null --cacert $store $secure")
  faster_row "one lookup over TLS, system's store" '`curl`, the same store' "$ours" "$theirs" 1
  unset SSL_CERT_FILE
fi
export HECHA_MARKET_ENDPOINT=http://127.0.0.1:$HTTP/market.json

# ---- a list ------------------------------------------------------------------------------------------------
list_archived() { rm -f "$HECHA_ARCHIVE"*; "$HECHA" dishonest -q -i "$stage/$LIST.txt" -j 8 -f csv -o "$stage/out.csv"; }
list_plain() { "$HECHA" dishonest -q -i "$stage/${1:-$LIST}.txt" -j 8 --no-archive -f csv -o "$stage/out.csv"; }
list_aiohttp() { python3 "$HERE/list_aiohttp.py" "$HECHA_MARKET_ENDPOINT" "$stage/$LIST.txt" "$stage/theirs.csv" 8; }
rate() { awk -v n="$LIST" -v s="$1" 'BEGIN { printf "%.0f/s", n / s }'; }
read -r archived script < <(long list_archived list_aiohttp)
times=$(ratio "$script" "$archived")
row 'a list, 8 at a time, archive on' aiohttp "$(rate "$archived")" "$(rate "$script")" "$times × as fast" '≥ 4 ×' "$(judge "$times" at-least 4)"
read -r plain script < <(long list_plain list_aiohttp)
times=$(ratio "$script" "$plain")
row 'a list, 8 at a time, archive off' aiohttp "$(rate "$plain")" "$(rate "$script")" "$times × as fast" '≥ 6 ×' "$(judge "$times" at-least 6)"
read -r archived plain < <(long list_archived list_plain)
times=$(awk -v a="$archived" -v p="$plain" 'BEGIN { printf "%.1f", (1 - p / a) * 100 }')
row 'what the archive costs, 8 at a time' 'archive off' "$(rate "$archived")" "$(rate "$plain")" "$times % of throughput" '< 15 %' "$(judge "$times" at-most 15)"

# wrk sends one of the very requests that hecha sends, over as many connections, and looks into no answer.
QUESTION="keyword=%E5%8C%97%E4%BA%AC%E7%AC%AC12345%E5%8F%B7%E7%A7%91%E6%8A%80%E6%9C%89%E9%99%90%E5%85%AC%E5%8F%B8&pageNum=1&pageSize=20"
wrk_row() { # WHAT PAGE [OPTION…]
  local what=$1 page=http://127.0.0.1:$HTTP/$2; shift 2
  : > "$stage/ours"; : > "$stage/theirs"
  export HECHA_MARKET_ENDPOINT=$page
  for _ in $(seq "$ROUNDS"); do
    seconds_of list_plain "$MEMORY" | awk -v n="$MEMORY" '{ print n / $1 }' >> "$stage/ours"
    wrk "$@" -c 8 -d 3s -H 'authorization: APPCODE throw-away' -H 'user-agent: hecha' -H 'accept: */*' \
      -H 'accept-encoding: gzip' "$page?$QUESTION" | awk '/Requests.sec/ { print $2 }' >> "$stage/theirs"
  done
  export HECHA_MARKET_ENDPOINT=http://127.0.0.1:$HTTP/market.json
  ours=$(median < "$stage/ours") theirs=$(median < "$stage/theirs")
  times=$(ratio "$ours" "$theirs")
  row "$what" "\`wrk ${*:+$* }-c 8\`" "$(printf %.0f "$ours")" "$(printf %.0f "$theirs")" "$times of it" '≥ 0.5' "$(judge "$times" at-least 0.5)"
}
wrk_row 'companies a second, two records each' market.json
wrk_row 'companies a second, two records each' market.json -t 1
wrk_row 'companies a second, none with a record' nothing.json
wrk_row 'companies a second, none with a record' nothing.json -t 1

# ---- pages: parse and write; replay ------------------------------------------------------------------------
pages_hecha() { "$PAGES" "$stage/bodies.ndjson" > "$stage/out.csv"; }
pages_jq() { jq -r -f "$HERE/records.jq" "$stage/bodies.ndjson" > "$stage/theirs.csv"; }
read -r ours theirs < <(long pages_hecha pages_jq)
faster_row 'parse + write, 2,000 pages of 20 to csv' '`jq -r … @csv`' "$ours" "$theirs" 10

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
: > "$stage/hand"
for _ in 1 2 3; do seconds_of by_hand >> "$stage/hand"; done
theirs=$(median < "$stage/hand")
for format in csv json xlsx; do
  replay() { "$HECHA" dishonest -q -i "$stage/$REPLAY.txt" -j 8 --offline -f "$format" -o "$stage/out.$format"; }
  : > "$stage/ours"
  for _ in $(seq "$ROUNDS"); do seconds_of replay >> "$stage/ours"; done
  faster_row "offline replay of $REPLAY pages of 20 to $format" 'sqlite3 + jq to csv' "$(median < "$stage/ours")" "$theirs" 10
done
export HECHA_MARKET_ENDPOINT=http://127.0.0.1:$HTTP/market.json

# ---- latency -----------------------------------------------------------------------------------------------
start_sandbox() { # LATENCY
  : > "$stage/sandbox.env"
  "$HECHA" sandbox --listen "127.0.0.1:$SANDBOX" --latency "$1" > "$stage/sandbox.env" 2>/dev/null &
  sandbox_pid=$!
  for _ in $(seq 100); do [ ! -s "$stage/sandbox.env" ] || break; sleep 0.05; done
}
stop_sandbox() { kill $sandbox_pid; wait $sandbox_pid 2>/dev/null || true; sandbox_pid=; }
slow() { # LIST [OPTION]
  (. "$stage/sandbox.env"; "$HECHA" dishonest -q -i "$stage/$1.txt" --page 1 -j 8 ${2:-} -f csv -o "$stage/out.csv")
}
# 1,000 calls, 8 at a time, 50 ms each: 125 rounds
start_sandbox 50ms
seconds=$(seconds_of slow 1000 --no-archive)
share=$(awk -v s="$seconds" 'BEGIN { printf "%.1f", 6.25 / s * 100 }')
row '50 ms of latency, 1,000 calls 8 at a time' 'the ideal 6.25 s' "$(printf '%.2f s' "$seconds")" '6.25 s' "$share % of the ideal" '≥ 93 %' "$(judge "$share" at-least 93)"
stop_sandbox
slow_archived() { rm -f "$HECHA_ARCHIVE"*; slow "$LIST"; }
slow_plain() { slow "$LIST" --no-archive; }
start_sandbox 1ms
read -r archived plain < <(long slow_archived slow_plain)
times=$(awk -v a="$archived" -v p="$plain" 'BEGIN { printf "%.1f", (1 - p / a) * 100 }')
row 'what the archive costs where answers take a millisecond' 'archive off' "$(rate "$archived")" "$(rate "$plain")" "$times % of throughput" '< 15 %' "$(judge "$times" at-most 15)"
stop_sandbox

# ---- memory and size ---------------------------------------------------------------------------------------
peak=$(peak_mib $lookup)
row 'peak memory of a lookup' – "$peak MiB" – – '< 32 MiB' "$(judge "$peak" at-most 32)"
for format in csv ndjson json xlsx; do
  small=$(peak_mib "$HECHA" dishonest -q -i "$stage/1000.txt" -j 8 --fresh -f $format -o "$stage/out.$format")
  large=$(peak_mib "$HECHA" dishonest -q -i "$stage/$MEMORY.txt" -j 8 --fresh -f $format -o "$stage/out.$format")
  times=$(ratio "$large" "$small")
  met=$(judge "$times" at-most 1.2); [ "$(judge "$large" at-most 64)" = yes ] || met=no
  row "peak memory of $MEMORY companies to $format" '1,000 companies' "$large MiB" "$small MiB" "$times × as much" '≤ 1.2 ×, < 64 MiB' "$met"
done
size=$(stat -c %s "$HECHA" 2>/dev/null || stat -f %z "$HECHA")
size=$(awk -v b="$size" 'BEGIN { printf "%.1f", b / 1048576 }')
row 'release binary' – "$size MiB" – – '≤ 12 MiB' "$(judge "$size" at-most 12)"

echo
echo "| what | against | hecha | the other | ratio | goal | met |"
echo "|---|---|---|---|---|---|---|"
cat "$table"
echo
echo "$(date +%F), $(nproc) cores, $(uname -sr), $("$HECHA" --version), list of $LIST, replay of $REPLAY pages, memory of $MEMORY companies"
