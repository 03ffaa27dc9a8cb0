#!/bin/sh
# test.sh SOURCE BUILD PROTOC SERVER: installs the official client into BUILD, generates its code from
# the schema, and runs it against SERVER.
set -eu
source=$1 build=$2 protoc=$3 server=$4
mkdir -p "$build"
cd "$build"
cp "$source"/package.json "$source"/package-lock.json "$source"/.npmrc "$source"/client.mjs .
if ! cmp -s package-lock.json node_modules/.installed; then
    npm ci --no-audit --no-fund --loglevel=error
    cp package-lock.json node_modules/.installed
fi
rm -rf generated
mkdir generated
"$protoc" -I "$source/../../proto" --plugin=protoc-gen-es=node_modules/.bin/protoc-gen-es \
    --es_out=generated --es_opt=target=js,import_extension=js \
    "$source"/../../proto/penstock/v1/*.proto

rm -f input port
mkfifo input
"$server" <input >port &
pid=$!
exec 3>input
trap 'exec 3>&-; wait $pid; rm -f input port' EXIT
tries=0
until [ -s port ]; do
    tries=$((tries + 1))
    [ $tries -lt 200 ] || { echo "the server did not start" >&2; exit 1; }
    sleep 0.05
done
node client.mjs "http://127.0.0.1:$(cat port)" example
