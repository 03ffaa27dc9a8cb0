#!/usr/bin/env bash
# lint_test.sh LINT_FOLDER COMPILER: plants one violation of each house rule in a small tree and
# expects the rule to see it; without it, every rule is content.
set -euo pipefail
lint=$1
export CXX=$2
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
cd "$tree"
export BUILD=$tree/build
failures=0

# clean_tree: a tree that keeps every rule.
clean_tree() {
    rm -rf src build README.md
    mkdir -p src/base src/core/ledger src/core/party src/core/exchange src/shell src/agent build
    echo 'penstock_library(penstock_base SOURCES sum.cpp TESTS sum_test.cpp)' >src/base/CMakeLists.txt
    printf '#pragma once\n\nint sum(int left, int right);\n' >src/base/sum.h
    printf '#include "base/sum.h"\n\nint sum(int left, int right) { return left + right; }\n' >src/base/sum.cpp
    printf '#include "base/sum.h"\n\nint main() { return sum(1, -1); }\n' >src/base/sum_test.cpp
    printf '#pragma once\n\n#include "base/sum.h"\n' >src/core/ledger/ledger.h
    printf '#pragma once\n\n#include "core/ledger/ledger.h"\n' >src/core/exchange/exchange.h
    compile src/base/sum.cpp base
}

# compile SOURCE LIBRARY: the archive that the build would make of it.
compile() {
    "$CXX" -std=c++23 -Isrc -c "$1" -o "build/$(basename "$1").o"
    ar rc "build/libpenstock_$2.a" "build/$(basename "$1").o" 2>/dev/null
}

# sees RULE WORDS: the rule fails and its message has the words.
sees() {
    local output
    if output=$("$lint/$1" 2>&1); then
        echo "not seen by $1: $2"
        failures=$((failures + 1))
    elif ! grep -qF -- "$2" <<<"$output"; then
        echo "$1 does not say '$2' but: $output"
        failures=$((failures + 1))
    fi
    clean_tree
}

clean_tree
for rule in format include-direction banned-patterns banned-symbols file-sizes sources-built headers-alone links; do
    output=$("$lint/$rule" 2>&1) || {
        echo "$rule refuses a clean tree: $output"
        failures=$((failures + 1))
    }
done

echo 'int   late ( ) ;' >>src/base/sum.h
sees format 'src/base/sum.h: run ./dev fmt'

echo '#include "core/ledger/ledger.h"' >>src/core/party/party.h
sees include-direction 'no context sees another'
echo '#include "shell/journal/journal.h"' >>src/core/ledger/ledger.h
sees include-direction 'the core is deterministic'
echo '#include "shell/api.h"' >>src/agent/agent.h
sees include-direction 'the agent never sees the core or the shell'
echo '#include "agent/agent.h"' >>src/shell/api.h
sees include-direction 'the shell never sees the agent'
echo '#include <penstock/v1/types.pb.h>' >>src/base/sum.h
sees include-direction 'base depends on nothing'

plant() { echo "$1" >>src/core/ledger/ledger.h; }
plant 'inline auto now() { return std::chrono::steady_clock::now(); }'
sees banned-patterns 'a clock'
plant 'inline int draw() { return rand(); }'
sees banned-patterns 'randomness'
plant 'inline double rate = 1;'
sees banned-patterns 'floating point'
plant 'std::unordered_map<int, int> accounts;'
sees banned-patterns 'a hash container'
plant 'std::thread worker;'
sees banned-patterns 'threads'
plant 'inline auto home = std::getenv("HOME");'
sees banned-patterns 'environment'
plant '#include <locale>'
sees banned-patterns 'locale'
plant '#include <fstream>'
sees banned-patterns 'input or output'
plant 'std::map<const Account*, int> by_account;'
sees banned-patterns 'a pointer as a key'

# What is allowed is let through.
plant 'std::unordered_map<int, int> index;  // never iterated'
plant 'Money(double) = delete;'
plant '// A float here, or a clock, is only a word.'
"$lint/banned-patterns" >/dev/null || {
    echo 'banned-patterns refuses what is allowed'
    failures=$((failures + 1))
}
clean_tree

printf '#include <ctime>\nlong tick() { return std::time(nullptr); }\n' >build/tick.cpp
compile build/tick.cpp core_ledger
sees banned-symbols 'a clock'
printf '#include <chrono>\nlong tick() { return std::chrono::steady_clock::now().time_since_epoch().count(); }\n' >build/tick.cpp
compile build/tick.cpp core_ledger
sees banned-symbols 'a clock'
printf '#include <cstdlib>\nint draw() { return rand(); }\n' >build/draw.cpp
compile build/draw.cpp core_ledger
sees banned-symbols 'randomness'
printf '#include <cstdio>\nvoid tell() { puts("x"); }\n' >build/tell.cpp
compile build/tell.cpp core_ledger
sees banned-symbols 'input or output'
rm -f build/*.a
sees banned-symbols 'build first'

for _ in $(seq 601); do echo '// A line.'; done >>src/base/sum.h
sees file-sizes 'split it by idea'
{
    echo 'int long_winded() {'
    for _ in $(seq 70); do echo '    ;'; done
    echo '}'
} >>src/base/sum.cpp
sees file-sizes 'a function of 72 lines'

echo 'int main() {}' >src/base/lost_test.cpp
sees sources-built 'src/base/lost_test.cpp: no CMakeLists.txt builds it'

echo 'std::string name();' >>src/core/ledger/ledger.h
sees headers-alone 'src/core/ledger/ledger.h: does not compile alone'

echo '// See docs/lost.md.' >>src/base/sum.h
sees links 'points at docs/lost.md'
echo 'See [there](docs/lost.md).' >README.md
sees links 'points at ./docs/lost.md'

if [ $failures -gt 0 ]; then
    echo "$failures lint failures"
    exit 1
fi
echo 'every rule sees its violation'
