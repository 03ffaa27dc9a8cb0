#!/bin/sh
# generate.sh PROTOC SCHEMA_ROOT OUT: compiles the schema to C++, touching only what changed, one
# process at a time (several build folders share OUT).
set -eu
exec 9>"$3/.lock"
flock 9
new=$(mktemp -d "$3/.new.XXXXXX")
trap 'rm -rf "$new"' EXIT
"$1" -I "$2" --cpp_out="$new" "$2"/penstock/v1/*.proto
mkdir -p "$3/penstock/v1"
for file in "$new"/penstock/v1/*; do
    target="$3/penstock/v1/${file##*/}"
    cmp -s "$file" "$target" || cp "$file" "$target"
done
