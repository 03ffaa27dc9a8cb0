# shellcheck shell=bash
# Progress lines for the scripts of ./dev. Sourced.

# say TEXT…: one line that stands out, with the seconds since the script began.
say() { printf '== %4ds  %s\n' "$SECONDS" "$*"; }

# die TEXT…: says why and leaves.
die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# jobs_allowed: how many jobs may run at once; JOBS overrides.
jobs_allowed() { echo "${JOBS:-$(nproc)}"; }
