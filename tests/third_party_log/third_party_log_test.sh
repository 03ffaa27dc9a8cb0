#!/bin/bash
# third_party_log_test.sh MAKE_LOG GO SOURCE BUILD: what our library logs is accepted by Go's unmodified
# sumdb packages, and refused by them when any of it has been altered.
set -euo pipefail
make_log=$1 go=$2 source=$3 build=$4

export GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=$build/go-cache GOFLAGS= CGO_ENABLED=0
mkdir -p "$build"
"$go" build -o "$build/verify_log" "$source"/verify_log.go "$source"/verify_receipt.go

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
    echo "FAIL: $1"
    failures=$((failures + 1))
}

# accepts NAME ARGUMENTS…: the verifier must accept.
accepts() {
    local name=$1
    shift
    "$build/verify_log" "$@" >"$work/output" 2>&1 || {
        cat "$work/output"
        fail "$name was refused"
    }
}

# refuses NAME ARGUMENTS…: the verifier must refuse, in words.
refuses() {
    local name=$1
    shift
    if "$build/verify_log" "$@" >"$work/output" 2>&1; then
        fail "$name was accepted"
    elif ! grep -q '^REFUSED' "$work/output"; then
        cat "$work/output"
        fail "$name ended the verifier"
    fi
}

# flip FILE OFFSET: alters the lowest bit of one byte.
flip() {
    local byte
    byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
    printf "\\x$(printf %02x $((byte ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# tampered COMMAND…: runs the command in a fresh copy of the small log and expects a refusal.
tampered() {
    rm -rf "$work/copy"
    cp -r "$work/small/log" "$work/copy"
    (cd "$work/copy" && "$@")
    refuses "a log after '$*'" -log "$work/copy" -key "$(cat "$work/small/key")"
}

"$make_log" "$work/big" 70000
key=$(cat "$work/big/key")
accepts "a log of 70,000 entries" -log "$work/big/log" -key "$key" "$work"/big/*.tlog-proof
cat "$work/output"
full=$(find "$work/big/log/tile/0" -type f ! -path '*.p/*' | wc -l)
[ "$full" = 273 ] || fail "$full full tiles at level 0, not 273"
for tile in tile/0/273.p/112 tile/1/000 tile/1/001.p/17 tile/2/000.p/1 tile/entries/273.p/112; do
    [ -f "$work/big/log/$tile" ] || fail "$tile is missing"
done
flip "$work/big/log/tile/entries/100" 1000
refuses "a log of 70,000 entries with one bit altered" -log "$work/big/log" -key "$key"

"$make_log" "$work/small" 3000
key=$(cat "$work/small/key")
accepts "a log of 3,000 entries" -log "$work/small/log" -key "$key" "$work"/small/*.tlog-proof
accepts "receipts alone" -key "$key" "$work"/small/*.tlog-proof
tampered flip tile/entries/000 100
tampered flip tile/entries/011.p/184 0
tampered flip tile/0/005 31
tampered flip tile/0/011.p/184 0
tampered flip tile/1/000.p/11 64
tampered rm tile/0/003
tampered rm tile/entries/003
tampered truncate -s -1 tile/entries/002
tampered truncate -s -32 tile/0/002
tampered cp tile/0/001 tile/0/002
tampered cp tile/entries/001 tile/entries/002
tampered sed -i '2s/3000/2999/' checkpoint
tampered sed -i '1s/penstock/penstack/' checkpoint
size=$(stat -c %s "$work/small/log/checkpoint")
for ((offset = 0; offset < size; offset += 11)); do tampered flip checkpoint "$offset"; done

refuses "a key that did not sign" -log "$work/small/log" -key "$(cat "$work/small/other-key")"

for receipt in "$work"/small/new-256.tlog-proof "$work"/small/old-0.tlog-proof; do
    size=$(stat -c %s "$receipt")
    for ((offset = 0; offset < size; offset += 13)); do
        cp "$receipt" "$work/altered"
        flip "$work/altered" "$offset"
        refuses "${receipt##*/} with byte $offset altered" -key "$key" "$work/altered"
    done
done
# A longer log: its receipts are good, but not to be judged by older files.
"$make_log" "$work/longer" 3001
accepts "the longer log's receipt alone" -key "$key" "$work"/longer/new-3000.tlog-proof
refuses "a receipt beyond the log" -log "$work/small/log" -key "$key" \
    "$work"/longer/new-3000.tlog-proof
# A fork: a second history under the same signature shows as soon as the two are compared.
"$make_log" "$work/fork" 3000 "another salt"
accepts "the fork by itself" -log "$work/fork/log" -key "$key" "$work"/fork/*.tlog-proof
for receipt in old-0 new-0 new-2999; do
    refuses "the fork's $receipt" -log "$work/small/log" -key "$key" \
        "$work/fork/$receipt.tlog-proof"
done

if [ "$failures" != 0 ]; then
    echo "$failures failures"
    exit 1
fi
echo "OK"
