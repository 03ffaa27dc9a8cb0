#include "format/task_file.h"

#include <gtest/gtest.h>

#include <ostream>

#include "format/error.h"

namespace penstock::format {
namespace {

constexpr std::string_view kWhole = R"(# Every field there is.
name: monte-carlo
resources:
  cpus: 2+
  memory: 512MiB
num_nodes: 1
array: {size: 100}
envs:
  SEED: 0042
  MODE: "true"
workdir: code
file_mounts:
  data/points.csv: ./points.csv
  bin/solve: build/solve
setup: |
  chmod +x bin/solve
run: |
  bin/solve --seed "$SEED" > result.txt
outputs:
  - result.txt
  - plots/*.png
results:
  unit: point
  line: "([0-9]+) points"
  per_match: 64
  quoted_per: 1000000
  per_task: 500
max_price: 12.50 CNY
deadline: 1h30m
expected_task_seconds: 60
max_task_seconds: 10m
max_attempts: 3
network: true
)";

TEST(TaskFile, gives_every_field) {
    const auto task = parse_task_file(kWhole);
    ASSERT_TRUE(task) << task.error().message();
    EXPECT_EQ(task->spec.ShortDebugString(),
              R"(name: "monte-carlo" cpus: 2 memory_bytes: 536870912 array_size: 100 )"
              R"(environment { name: "SEED" value: "0042" } environment { name: "MODE" )"
              R"(value: "true" } setup: "chmod +x bin/solve\n" )"
              R"(run: "bin/solve --seed \"$SEED\" > result.txt\n" outputs: "result.txt" )"
              R"(outputs: "plots/*.png" max_price { micros: 12500000 currency: "CNY" } )"
              R"(deadline_seconds: 5400 max_attempts: 3 network: true )"
              R"(expected_task_seconds: 60 max_task_seconds: 600 result_unit { name: "point" )"
              R"(line: "([0-9]+) points" per_match: 64 quoted_per: 1000000 per_task: 500 })");
    EXPECT_EQ(task->workdir, "code");
    EXPECT_EQ(task->files, (std::vector<LocalFile>{{"data/points.csv", "points.csv"},
                                                   {"bin/solve", "build/solve"}}));
}

TEST(TaskFile, needs_only_a_command) {
    const auto task = parse_task_file("run: hostname");
    ASSERT_TRUE(task) << task.error().message();
    EXPECT_EQ(task->spec.ShortDebugString(),
              R"(name: "task" cpus: 1 memory_bytes: 1073741824 array_size: 1 run: "hostname" )"
              R"(max_attempts: 1)");
    EXPECT_EQ(parse_task_file("run: x\narray: 7")->spec.array_size(), 7U);
    EXPECT_EQ(parse_task_file("{run: x, max_price: 3}")->spec.max_price().micros(), 3'000'000);
    EXPECT_EQ(parse_task_file("run: x\nworkdir: .")->workdir, ".");
    EXPECT_EQ(parse_task_file("run: x\nresults: {unit: frame, files: ./f/*.png}")
                  ->spec.result_unit()
                  .ShortDebugString(),
              R"(name: "frame" files: "f/*.png")");
}

struct Wrong {
    std::string text;
    const Rejection& rejection;
    std::string field;
    std::string detail;  ///< A part of it.
};

void PrintTo(const Wrong& wrong, std::ostream* stream) {
    *stream << wrong.text.substr(0, 60);
}

class WrongTaskFile : public testing::TestWithParam<Wrong> {};

TEST_P(WrongTaskFile, is_refused_with_place_and_remedy) {
    const auto task = parse_task_file(GetParam().text, "t.yaml");
    ASSERT_FALSE(task) << GetParam().text;
    EXPECT_EQ(task.error().reason(), GetParam().rejection.reason) << task.error().message();
    EXPECT_EQ(task.error().field(), GetParam().field);
    EXPECT_NE(task.error().detail().find(GetParam().detail), std::string::npos)
        << task.error().detail();
    EXPECT_TRUE(task.error().detail().starts_with("t.yaml:")) << task.error().detail();
}

std::string many(std::size_t count, std::string_view text) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all += text;
    return all;
}

std::vector<Wrong> syntax() {
    return {
        {"", kTaskFileSyntax, "", "empty"},
        {"# nothing\n", kTaskFileSyntax, "", "empty"},
        {"- run: x", kTaskFileSyntax, "", "t.yaml:1:1: a task file is a mapping"},
        {"run: [x", kTaskFileSyntax, "", "t.yaml:2:1: did not find"},
        {"run: x\n\tname: y", kTaskFileSyntax, "", "t.yaml:2"},
        {"run: \"\xff\"", kTaskFileSyntax, "", ""},
        {"run: x\n---\nrun: y", kTaskFileSyntax, "", "t.yaml:2:1: a second document"},
        {"run: &a x", kTaskFileSyntax, "", "t.yaml:1:6: anchors"},
        {"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", kTaskFileSyntax, "", "anchors"},
        {"run: *a", kTaskFileSyntax, "", "aliases"},
        {"run: !!str x", kTaskFileSyntax, "", "tags"},
        {"!t {run: x}", kTaskFileSyntax, "", "tags"},
        {"run: \"a\\0b\"", kTaskFileSyntax, "", "NUL"},
        {"? [a, b]\n: x", kTaskFileSyntax, "", "plain word"},
        {"run: x\nname: a\nrun: y", kTaskFileDuplicate, "", "t.yaml:3:1: 'run' was given"},
        {"run: x\nenvs: {A: 1, A: 2}", kTaskFileDuplicate, "", "t.yaml:2:14: 'A'"},
        {"run: " + many(7, "[") + many(7, "]"), kTaskFileTooLarge, "", "deeper"},
        {many(100'000, "["), kTaskFileTooLarge, "", "deeper"},
        {"outputs:\n" + many(20'001, "- a\n"), kTaskFileTooLarge, "", "20,000 values"},
        {std::string(kTaskFileSizeMax + 1, '#'), kTaskFileTooLarge, "", "over 1 MB"},
    };
}
INSTANTIATE_TEST_SUITE_P(Syntax, WrongTaskFile, testing::ValuesIn(syntax()));

std::vector<Wrong> fields() {
    return {
        {"name: x", kTaskFileMissing, "run", "t.yaml:1:1: 'run' is missing"},
        {"run: x\nresource: 1", kTaskFileUnknown, "resource",
         "t.yaml:2:1: 'resource' is not known here; did you mean 'resources'?"},
        {"run: x\nzzz: 1", kTaskFileUnknown, "zzz", "use one of name, resources"},
        {"run: x\nresources:\n  cpu: 1", kTaskFileUnknown, "resources.cpu",
         "t.yaml:3:3: 'cpu' is not known here; did you mean 'cpus'?"},
        {"run: x\narray: {sizes: 1}", kTaskFileUnknown, "array.sizes", "did you mean 'size'?"},
        {"run: x\narray: {}", kTaskFileMissing, "array.size", "array needs"},
        {"run: x\nresources: {accelerators: 'A100:8'}", kTaskFileNotOffered,
         "resources.accelerators", "t.yaml:2:13: accelerators are not offered yet"},
        {"run: x\nresources: {cloud: aws}", kTaskFileNotOffered, "resources.cloud", "exchange"},
        {"run: x\nnum_nodes: 2", kTaskFileNotOffered, "num_nodes",
         "t.yaml:2:12: tasks that span several nodes"},
        {"run: x\nservice: {}", kTaskFileNotOffered, "service", "not offered yet"},
        {"run: x\nfile_mounts: {a: 's3://b/c'}", kTaskFileNotOffered, "file_mounts.a", "fetch it"},
        {"run: x\nfile_mounts: {a: {source: b}}", kTaskFileNotOffered, "file_mounts.a", "mounting"},
        {"run: x\nfile_mounts: {a: b, a/c: d}", kTaskFileConflict, "file_mounts.a/c",
         "t.yaml:2:21: 'a/c' lies below"},
        {"run: x\nfile_mounts: {a: b, ./a: d}", kTaskFileDuplicate, "file_mounts../a", "stand at"},
        {"run: x\noutputs: [a, ./a]", kTaskFileDuplicate, "outputs[1]", "above already"},
        {"run: x\nexpected_task_seconds: 2h", kTaskFileConflict, "expected_task_seconds",
         "t.yaml:2:1: a task is expected to take 7200 s but is killed after 3600 s"},
        {"run: x\nexpected_task_seconds: 60\ndeadline: 30", kTaskFileConflict, "deadline",
         "t.yaml:3:1: one task alone"},
        {"run: x\nenvs: {PENSTOCK_TASK: 1}", kTaskFileConflict, "envs.PENSTOCK_TASK", "choose"},
    };
}
INSTANTIATE_TEST_SUITE_P(Fields, WrongTaskFile, testing::ValuesIn(fields()));

std::vector<Wrong> values() {
    std::vector<Wrong> wrong;
    const auto add = [&wrong](std::string_view field, std::string_view text,
                              std::string_view detail) {
        wrong.push_back({"run: x\n" + std::string(text), kTaskFileValue, std::string(field),
                         std::string(detail)});
    };
    add("name", "name: a b", "t.yaml:2:7: name must have 1 to 64 letters");
    add("name", "name:", "name must have a text, not empty");
    add("name", "name: [a]", "not a list");
    add("resources", "resources: 4", "must be a mapping");
    add("resources.cpus", "resources: {cpus: 0.5}", "whole number from 1 to 4096, not '0.5'");
    add("resources.cpus", "resources: {cpus: 0}", "");
    add("resources.cpus", "resources: {cpus: {a: 1}}", "not a mapping");
    add("resources.cpus", "resources: {cpus: 4097}", "");
    add("resources.memory", "resources: {memory: 1MB}", "from 1MiB to 64TiB");
    add("resources.memory", "resources: {memory: 65TiB}", "from 1MiB to 64TiB");
    add("resources.memory", "resources: {memory: lots}", "not 'lots'");
    add("array", "array: 10001", "whole number from 1 to 10000");
    add("array", "array: -1", "");
    add("array.size", "array: {size: 0}", "");
    add("num_nodes", "num_nodes: 0", "");
    add("envs", "envs: [A=1]", "mapping");
    add("envs.1A", "envs: {1A: x}", "does not begin with a digit");
    add("envs.A", "envs: {A: }", "must have a text");
    add("file_mounts./a", "file_mounts: {/a: b}", "relative to the task's working folder");
    add("file_mounts.../a", "file_mounts: {../a: b}", "without '..'");
    add("file_mounts.a", "file_mounts: {a: ../b}", "without '..'");
    add("file_mounts.a", "file_mounts: {a: /etc/passwd}", "relative path");
    add("file_mounts.a", "file_mounts: {a: ~/.ssh/id}", "relative path");
    add("workdir", "workdir: ..", "relative path");
    add("workdir", "workdir: /", "relative path");
    add("outputs", "outputs: a", "must be a list");
    add("outputs[0]", "outputs: [../*]", "without '..'");
    add("outputs[1]", "outputs: [a, [b]]", "must have a text");
    add("max_price", "max_price: 0", "above zero");
    add("max_price", "max_price: -1", "");
    add("max_price", "max_price: 1.0000001", "at most 6 decimals");
    add("max_price", "max_price: 1e3", "");
    add("max_price", "max_price: [1]", "");
    add("deadline", "deadline: soon", "such as 45s, 30m, 2h");
    add("deadline", "deadline: 0", "");
    add("expected_task_seconds", "expected_task_seconds: 1.5", "");
    add("max_task_seconds", "max_task_seconds: 8d", "from 1 to 604800 s");
    add("max_attempts", "max_attempts: 11", "from 1 to 10");
    add("network", "network: maybe", "must be true or false");
    add("network", "network: 'true'", "");
    add("setup", "setup: ' '", "must have a command");
    return wrong;
}
INSTANTIATE_TEST_SUITE_P(Values, WrongTaskFile, testing::ValuesIn(values()));

std::vector<Wrong> results() {
    std::vector<Wrong> wrong;
    const auto add = [&wrong](const Rejection& rejection, std::string field, std::string lines,
                              std::string detail) {
        wrong.push_back(
            {"run: x\nresults: " + lines, rejection, std::move(field), std::move(detail)});
    };
    add(kTaskFileValue, "results", "frame", "must be a mapping");
    add(kTaskFileMissing, "results.unit", "{line: x}", "t.yaml:2:10: results needs 'unit:");
    add(kTaskFileMissing, "results", "{unit: frame}", "'line: <expression>' or 'files: <pattern>'");
    add(kTaskFileConflict, "results", "{unit: a, line: b, files: c}", "remove one of them");
    add(kTaskFileUnknown, "results.lines", "{unit: a, lines: b}", "did you mean 'line'?");
    add(kTaskFileValue, "results.unit", "{unit: '', line: b}", "in 1 to 40 bytes");
    add(kTaskFileValue, "results.unit", "{unit: " + many(41, "a") + "}",
        "in 1 to 40 bytes, not '" + many(40, "a") + "…', which has 41 bytes.");
    add(kTaskFileValue, "results.unit", "{unit: " + many(14, "帧") + "}",
        "not '" + many(13, "帧") + "…', which has 42 bytes.");
    add(kTaskFileValue, "results.unit", "{unit: \"a\\nb\"}", "in 1 to 40 bytes");
    add(kTaskFileValue, "results.line", "\n  unit: a\n  line: frame (", "t.yaml:4:9: ");
    add(kTaskFileValue, "results.line", "{line: '(a)(b)'}", "it has 2 groups; keep the one");
    add(kTaskFileValue, "results.line", "{line: " + many(513, "a") + "}", "give 1 to 512");
    add(kTaskFileValue, "results.line", "{line: ''}", "give 1 to 512");
    add(kTaskFileValue, "results.line", "{line: '\\pL{500}'}", "RE2 expression");
    add(kTaskFileValue, "results.files", "{files: ../*.png}", "without '..'");
    add(kTaskFileValue, "results.files", "{files: /tmp/*}", "relative path or pattern");
    add(kTaskFileValue, "results.per_match", "{per_match: 0}", "from 1 to 1000000000");
    add(kTaskFileValue, "results.per_match", "{per_match: 1000000001}", "");
    add(kTaskFileValue, "results.quoted_per", "{quoted_per: 0}", "from 1 to 1000000000000");
    add(kTaskFileValue, "results.quoted_per", "{quoted_per: 1e6}", "not '1e6'");
    add(kTaskFileValue, "results.per_task", "{per_task: 1.5}", "from 1 to");
    return wrong;
}
INSTANTIATE_TEST_SUITE_P(Results, WrongTaskFile, testing::ValuesIn(results()));

std::vector<Wrong> sizes() {
    std::string variables = "run: x\nenvs:\n";
    std::string mounts = "run: x\nfile_mounts:\n";
    std::string outputs = "run: x\noutputs:\n";
    for (int i = 0; i <= 256; ++i) {
        const std::string number = std::to_string(i);
        variables += " A" + number + ": 1\n";
        outputs += " - a" + number + "\n";
        mounts += " a" + number + ": b\n";
    }
    std::string large = "run: x\nenvs:\n";
    for (const char* name : {"A", "B", "C", "D", "E", "F", "G", "H"})
        large += std::string(" ") + name + ": " + std::string(32'768, 'a') + "\n";
    return {
        {variables, kTaskFileTooLarge, "envs", "over 256"},
        {mounts, kTaskFileTooLarge, "file_mounts", "over 256"},
        {outputs, kTaskFileTooLarge, "outputs", "over 256"},
        {"run: x\nenvs: {A: " + std::string(32'769, 'a') + "}", kTaskFileTooLarge, "envs.A", "32"},
        {"run: " + std::string(64 * 1024 + 1, 'a'), kTaskFileTooLarge, "run", "64 KiB"},
        {"setup: " + std::string(64 * 1024 + 1, 'a'), kTaskFileTooLarge, "setup", "64 KiB"},
        {large, kTaskFileTooLarge, "", "over 256 KiB together"},
    };
}
INSTANTIATE_TEST_SUITE_P(Sizes, WrongTaskFile, testing::ValuesIn(sizes()));

TEST(TaskFile, ends_gracefully_wherever_it_is_cut) {
    for (std::size_t length = 0; length < kWhole.size(); ++length) {
        const auto task = parse_task_file(kWhole.substr(0, length));
        if (task) continue;
        EXPECT_FALSE(task.error().detail().empty()) << length;
    }
}

}  // namespace
}  // namespace penstock::format
