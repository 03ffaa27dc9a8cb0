# shellcheck shell=bash
# Daemons of a cluster on this machine, below $folder: run/NAME.pid, log/NAME.out. Sourced by tools/*-cluster.

die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }
pid_file() { echo "$folder/run/$1.pid"; }

# until_true SECONDS COMMAND…
until_true() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$deadline" ] || die "not within the time allowed: $*; see $folder/log"
        sleep 0.1
    done
}

# free_ports COUNT: numbers that nobody listens at, outside of the range for outgoing connections.
free_ports() {
    local port found=0
    for port in $(shuf -i 10000-30000); do
        ss -Htln "sport = :$port" | grep -q . && continue
        echo "$port"
        found=$((found + 1))
        [ $found -lt "$1" ] || return 0
    done
}

# launch NAME COMMAND…: in the background, in a session of its own.
launch() {
    local name=$1
    shift
    setsid "$@" >>"$folder/log/$name.out" 2>&1 </dev/null &
    echo $! >"$(pid_file "$name")"
}

# signal_daemon SIGNAL NAME
signal_daemon() { kill -"$1" "$(cat "$(pid_file "$2")")"; }
is_gone() { ! kill -0 "$(cat "$(pid_file "$1")")" 2>/dev/null; }

# stop_daemons NAMES…: in this order; by force what has not ended five seconds later.
stop_daemons() {
    local name file pid
    for name in "$@"; do
        file=$(pid_file "$name")
        [ -f "$file" ] || continue
        pid=$(cat "$file")
        kill -CONT "$pid" 2>/dev/null || true
        kill -TERM "$pid" 2>/dev/null || true
        for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
        kill -KILL "$pid" 2>/dev/null || true
        rm -f "$file"
    done
}

# kill_rest PATTERN: whatever else was started with the pattern, a path of ours, in its command line.
kill_rest() {
    local pid
    for pid in $(pgrep -f -- "$1" || true); do
        [ "$pid" = $$ ] || kill -KILL "$pid" 2>/dev/null || true
    done
}
