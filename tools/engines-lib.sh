# shellcheck shell=bash
# Suppliers whose engines are not the plain host, for demos and tests. Sourced after demo-lib.sh.

cluster=$work/cluster
slurm_secret=''

# The cluster's daemons go before the folder they stand in.
stop_engines() {
    local status=$?
    tools/slurm-cluster stop "$cluster" 2>/dev/null || true
    (exit $status)
    stop_all
}
trap stop_engines EXIT

# start_slurm_cluster NODES CORES
start_slurm_cluster() {
    [ "$(id -u)" = 0 ] || die "needs root, since slurmd does"
    # Its jobs are an ordinary user's.
    chmod 755 "$work"
    tools/slurm-cluster start "$cluster" "$1" "$2"
    # shellcheck source=/dev/null
    . "$cluster/env"
    export SLURM_CONF
    install -d -o "$PENSTOCK_SLURM_USER" "$work/shared"
}

# start_slurm_supplier NUMBER NAME CORES PRICE: a supplier, its agent beside the cluster, its product.
start_slurm_supplier() {
    local number=$1 name=$2 cores=$3 price=$4 party secret
    read -r party secret < <(register "$name" supplier)
    supplier_party[number]=$party
    slurm_secret=$(as "$secret" token create --site "$name site" --pool "$name pool" --json | jq -r .token)
    slurm_agent=("$number" "$name" "$cores" "$price")
    run_slurm_agent
    tell "$name ($party) offers $cores cores of its Slurm cluster at $price CNY a core-hour"
}

# run_slurm_agent: starts it, or starts it again.
run_slurm_agent() {
    local number=${slurm_agent[0]} name=${slurm_agent[1]} cores=${slurm_agent[2]} price=${slurm_agent[3]}
    setpriv --reuid="$PENSTOCK_SLURM_USER" --regid="$PENSTOCK_SLURM_USER" --init-groups \
        "$penstock" agent --server "$server" --token "$slurm_secret" --data "$work/shared/agent" \
        --engine slurm --cores "$cores" --memory "${cores}GiB" --price "$price" --product-name "$name cores" \
        --quick-measure --allow-unlimited --slurm-url "$PENSTOCK_SLURM_URL" \
        --slurm-key-file "$PENSTOCK_SLURM_KEY" --slurm-partition batch \
        >>"$out/logs/agent-$number.log" 2>&1 &
    agent_pid[number]=$!
    started+=($!)
    disown $!
}

# slurm_jobs STATES: how many of the agent's jobs are in one of them.
slurm_jobs() { squeue --noheader --states="$1" --format=%i | wc -l; }
