#!/bin/sh
# test.sh SOURCE BUILD PENSTOCK: installs the provider into BUILD, and signs in with it.
set -eu
source=$1 build=$2 penstock=$3
mkdir -p "$build"
cd "$build"
cp "$source"/package.json "$source"/package-lock.json "$source"/.npmrc "$source"/*.mjs .
if ! cmp -s package-lock.json node_modules/.installed; then
    npm ci --no-audit --no-fund --loglevel=error
    cp package-lock.json node_modules/.installed
fi
exec node test.mjs "$penstock"
