# shellcheck shell=bash
# What the demos share: an exchange, suppliers and a buyer on this machine, and their end. Sourced, after
# progress.sh; the script sets `out`, the folder for what it leaves, and calls find_program first.

step_number=0
work=$(mktemp -d /tmp/penstock-demo.XXXXXX)
started=()
keep=
begun=
listen=127.0.0.1:0
server_options=()
agent_options=()
supplier_party=()
agent_pid=()
server=''
server_pid=''
operator=''
buyer=''
order=''
receipts=()

# step TEXT: a numbered headline.
step() {
    step_number=$((step_number + 1))
    printf '\n'
    say "$step_number. $*"
}
tell() { printf '           %s\n' "$*"; }
indent() { sed -u 's/^/           /'; }

# processes_of FOLDER: the pids whose command line names FOLDER.
processes_of() {
    local entry
    for entry in /proc/[0-9]*/cmdline; do
        if { tr '\0' ' ' <"$entry"; } 2>/dev/null | grep -qF -- "$1"; then
            entry=${entry#/proc/}
            entry=${entry%/cmdline}
            [ "$entry" = $$ ] || echo "$entry"
        fi
    done
}

# Whatever happens, nothing that the demo started outlives it.
stop_all() {
    local status=$? pid
    trap - EXIT INT TERM
    for pid in "${started[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
    for pid in "${started[@]}"; do
        for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
        kill -KILL "$pid" 2>/dev/null || true
    done
    for pid in $(processes_of "$work"); do kill -KILL "$pid" 2>/dev/null || true; done
    if [ -n "$keep" ]; then
        rm -rf "$out/data"
        cp -r "$work" "$out/data" 2>/dev/null || true
    fi
    rm -rf "$work" 2>/dev/null || true
    if [ $status != 0 ] && [ -n "$begun" ]; then
        printf '\ndemo: it did not finish; the logs stand in %s/logs\n' "$out" >&2
    fi
    exit $status
}
trap stop_all EXIT
trap 'exit 130' INT TERM

# until_true SECONDS WHAT COMMAND…: waits for a condition, looking four times a second.
until_true() {
    local deadline=$((SECONDS + $1)) what=$2
    shift 2
    until "$@"; do
        [ "$SECONDS" -lt "$deadline" ] || die "$what: not within the time allowed"
        sleep 0.25
    done
}

# as KEY VERB…: the client, speaking as the holder of KEY.
as() {
    local key=$1
    shift
    PENSTOCK_SERVER=$server PENSTOCK_KEY=$key "$penstock" "$@"
}

# run_server [KILL_AT]: starts the server, or starts it again on its port, and waits until it answers.
# One that shall die may do so before: others call as soon as it listens.
run_server() {
    local shall_die=${1:+1}
    has_port() { [ -s "$work/port" ] || { [ -n "$shall_die" ] && server_is_dead; }; }
    answers() {
        curl -fsS -o /dev/null "$server/v1/status" || { [ -n "$shall_die" ] && server_is_dead; }
    }
    rm -f "$work/port"
    PENSTOCK_KILL_AT=${1:-} "$penstock" server --data "$work/server" --listen "$listen" \
        --port-file "$work/port" --fee 500 --operator-key-file "$work/operator.key" \
        "${server_options[@]}" >>"$out/logs/server.log" 2>&1 &
    server_pid=$!
    disown $server_pid
    until_true 30 "the server's port" has_port
    if [ -z "$shall_die" ]; then
        listen=127.0.0.1:$(cat "$work/port")
        server=http://$listen
    fi
    until_true 30 "the server's answer" answers
}

server_is_dead() { ! kill -0 "$server_pid" 2>/dev/null; }

start_server() {
    step "the exchange starts, with an embedded journal"
    run_server
    started+=("$server_pid")
    operator=$(cat "$work/operator.key")
    tell "listening at $server"
}

# register NAME ROLE: signs a party up and lets the operator admit it; prints "PARTY SECRET".
register() {
    local answer
    answer=$(PENSTOCK_SERVER=$server "$penstock" register --name "$1" --role "$2" --json)
    as "$operator" review "$(jq -r .party <<<"$answer")" --approve >/dev/null
    jq -r '"\(.party) \(.secret)"' <<<"$answer"
}

# start_supplier NUMBER NAME CPUS PRICE: a supplier, its agent, its product.
start_supplier() {
    local number=$1 name=$2 cpus=$3 price=$4 party secret token
    read -r party secret < <(register "$name" supplier)
    supplier_party[number]=$party
    token=$(as "$secret" token create --site "$name site" --pool "$name pool" --json | jq -r .token)
    "$penstock" agent --server "$server" --token "$token" --data "$work/agent-$number" \
        --cpus "$cpus" --memory "$(($(wc -w <<<"${cpus//,/ }") * 1024))MiB" --price "$price" \
        --product-name "$name cores" "${agent_options[@]}" >"$out/logs/agent-$number.log" 2>&1 &
    agent_pid[number]=$!
    started+=($!)
    disown $! # So that the shell does not report the blow as an accident.
    tell "$name ($party) offers processors $cpus at $price CNY a core-hour"
}

# processors: this process's own, one a line.
processors() {
    taskset -pc $$ | sed 's/.*: //' | tr ',' '\n' |
        awk -F- '{ for (i = $1; i <= ($2 == "" ? $1 : $2); i++) print i }'
}

products() { as "$operator" call CatalogService/ListProducts '{}' >"$work/products.json"; }
# listed COUNT: so many products are on sale.
listed() {
    products && [ "$(jq '[.products[]? | select(.listed)] | length' "$work/products.json")" = "$1" ]
}

buyer_pays_in() {
    step "a buyer signs up and tops up by bank transfer, which the operator confirms"
    local party answer
    read -r party buyer < <(register "Film Studio" buyer)
    printf '%s\n' "$buyer" >"$work/buyer.key"
    answer=$(as "$buyer" top-up 100.00 --json)
    as "$operator" top-up confirm "$(jq -r '.topUp // .top_up' <<<"$answer")" \
        --bank-reference "DEMO-0001" --amount 100.00 >/dev/null
    as "$buyer" balance | indent
    tell "the buyer is $party"
}

available() { as "$buyer" call LedgerService/GetBalance '{}' | jq -r .available.micros; }

bill_settled() {
    as "$buyer" bill "$order" --json >"$out/bill.json" && jq -e .settled "$out/bill.json" >/dev/null
}

# balance_books: the two sides of the ledger are equal, or the demo ends here.
balance_books() {
    as "$operator" trial-balance --json >"$work/trial-balance.json"
    tell "the ledger's two sides differ by $(ledger_sum)"
    [ "$(ledger_sum)" = 0 ] || die "the ledger does not balance"
}
ledger_sum() { jq -r '.difference // "0" | tonumber' "$work/trial-balance.json"; }

prove() {
    step "the receipts are verified without the exchange, and one altered byte is caught"
    local log_key
    as "$buyer" receipts "$order" --settled --out "$out/receipts" >"$out/logs/receipts.log"
    log_key=$(PENSTOCK_SERVER=$server "$penstock" log-key)
    mapfile -t receipts < <(find "$out/receipts" -type f -name '*.tlog-proof' | sort)
    [ ${#receipts[@]} -ge 3 ] || die "there are ${#receipts[@]} receipts; order, computation and settlement make 3"
    env -i "$penstock" verify --log-key "$log_key" "${receipts[@]}" >"$out/logs/verify.log" ||
        die "the receipts do not verify: see $out/logs/verify.log"
    local kind
    for kind in order computation settlement; do
        grep -m 1 -- "/$kind-" "$out/logs/verify.log" | sed "s|$out/receipts/||" | indent
    done
    tell "${#receipts[@]} receipts verify"
    # One bit of one byte in the middle of the first receipt.
    local altered=$work/altered.tlog-proof size byte
    cp "${receipts[0]}" "$altered"
    size=$(stat -c %s "$altered")
    byte=$(od -An -tu1 -j $((size / 2)) -N 1 "$altered" | tr -d ' ')
    printf '%b' "\\0$(printf %o $((byte ^ 1)))" | dd of="$altered" bs=1 seek=$((size / 2)) conv=notrunc status=none
    if env -i "$penstock" verify --log-key "$log_key" "$altered" >"$work/altered.log" 2>&1; then
        die "an altered receipt was accepted"
    fi
    tell "with byte $((size / 2)) of $(basename "${receipts[0]}") altered:"
    sed "s|$work/||" "$work/altered.log" | indent
}

# find_program: the program that the demo runs, $penstock, built first unless PENSTOCK names it; one demo at a
# time. Empties `out`.
find_program() {
    mkdir -p out
    exec 9>out/demo.lock
    flock -n 9 || die "another demo runs here"
    if [ -z "${PENSTOCK:-}" ]; then
        tools/deps
        preset=${PENSTOCK_PRESET:-release}
        tools/build "$preset" penstock
        PENSTOCK=$PWD/build/$preset/src/app/penstock
    fi
    penstock=$PENSTOCK
    [ -x "$penstock" ] || die "there is no program at $penstock"
    # Only now: a run that cannot begin leaves the last one's results.
    rm -rf "$out"
    mkdir -p "$out/logs"
    begun=1
}
