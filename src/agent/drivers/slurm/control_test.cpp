// What Slurm's two surfaces say, read: with texts as they were seen, and with damaged ones.
#include <gtest/gtest.h>

#include "agent/drivers/slurm/command_control.h"
#include "agent/drivers/slurm/fallback_control.h"
#include "agent/drivers/slurm/rest_control.h"
#include "agent/error.h"

namespace penstock::agent::slurm {
namespace {

template <class T>
std::uint32_t number_of(const Result<T>& result) {
    return result ? 0 : result.error().number();
}

TEST(JobState, takes_nothing_for_ended_that_it_does_not_know) {
    EXPECT_EQ(job_state("PENDING"), JobState::pending);
    EXPECT_EQ(job_state("COMPLETING"), JobState::running);
    EXPECT_EQ(job_state("CANCELLED by 0"), JobState::cancelled);
    EXPECT_EQ(job_state("BOOT_FAIL"), JobState::node_failed);
    EXPECT_EQ(job_state("A_STATE_OF_TOMORROW"), JobState::running);
    EXPECT_FALSE(has_ended(job_state("")));
}

TEST(Token, is_the_one_of_its_standard) {
    // Made with: openssl dgst -sha256 -mac HMAC over the two parts.
    EXPECT_EQ(make_token("ada", "0123456789abcdef0123456789abcdef", 1'700'000'000, 1'700'000'600),
              "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
              "eyJleHAiOjE3MDAwMDA2MDAsImlhdCI6MTcwMDAwMDAwMCwic3VuIjoiYWRhIn0."
              "gEaMen6eSq1Q3B3oksPR4GnnetXMj3CqWSWU1c_Sua4");
}

TEST(RestControl, reads_jobs) {
    const auto jobs = read_jobs(R"({"errors":[],"jobs":[{"job_id":7,"name":"penstock-a-att_1",
        "job_state":"NODE_FAIL","user_name":"ada","state_reason":"None","nodes":"n1","start_time":10,"end_time":20,
        "exit_code":768}]})");
    ASSERT_TRUE(jobs);
    ASSERT_EQ(jobs->size(), 1U);
    EXPECT_EQ(jobs->front().id, 7U);
    EXPECT_EQ(jobs->front().state, JobState::node_failed);
    EXPECT_EQ(jobs->front().user, "ada");
    EXPECT_EQ(jobs->front().end_at, 20);
}

TEST(RestControl, tells_refusals_from_trouble_that_may_pass) {
    EXPECT_EQ(number_of(read_submitted(R"({"errors":[{"error_number":2000,
        "error":"Invalid partition name specified"}]})")),
              kEngineRefused.number);
    EXPECT_EQ(number_of(read_submitted(R"({"errors":[{"error_code":9001,"error":"Failure"}]})")),
              kEngineRefused.number);
    // As it was seen of a job that waits for nodes that are down.
    EXPECT_EQ(read_submitted(R"x({"errors":[{"error_code":2068,
        "error":"Required node not available (down, drained or reserved)"}],"job_id":1})x")
                  .value_or(0),
              1U);
    // What slurmrestd says while slurmctld is away, or of a token that it does not take.
    EXPECT_EQ(number_of(read_submitted(R"({"errors":[{"error_code":5005,
        "error":"Zero Bytes were transmitted or received"}]})")),
              kEngineUnreachable.number);
    for (const char* text :
         {"", "[]", "{", R"({"errors":[1]})", R"({"errors":[]})", R"({"errors":[],"job_id":0})",
          R"({"errors":[],"job_id":-3})", R"({"errors":[],"job_id":"7"})"})
        EXPECT_EQ(number_of(read_submitted(text)), kEngineUnreachable.number) << text;
    EXPECT_EQ(number_of(read_jobs(R"({"errors":[]})")), kEngineUnreachable.number);
    EXPECT_EQ(number_of(read_nodes(R"({"errors":[],"nodes":{}})")), kEngineUnreachable.number);
}

TEST(RestControl, reads_which_nodes_are_up) {
    const auto nodes = read_nodes(R"({"errors":[],"nodes":[
        {"name":"n1","state":"idle","state_flags":[],"cpus":4,"real_memory":4096,
         "partitions":["batch"]},
        {"name":"n2","state":"idle","state_flags":["DRAIN"],"cpus":4,"real_memory":4096},
        {"name":"n3","state":"down","cpus":-1,"real_memory":null}]})");
    ASSERT_TRUE(nodes);
    ASSERT_EQ(nodes->size(), 3U);
    EXPECT_TRUE(nodes->at(0).is_up);
    EXPECT_EQ(nodes->at(0).memory_bytes, 4ULL << 30);
    EXPECT_EQ(nodes->at(0).partitions, std::vector<std::string>{"batch"});
    EXPECT_FALSE(nodes->at(1).is_up);
    EXPECT_FALSE(nodes->at(2).is_up);
    EXPECT_EQ(nodes->at(2).cores, 0U);
}

TEST(CommandControl, reads_what_the_commands_print) {
    EXPECT_EQ(read_sbatch("17").value_or(0), 17U);
    EXPECT_EQ(read_sbatch("17;penstock").value_or(0), 17U);
    for (const char* text : {"", "0", "-1", "x", "17 jobs"})
        EXPECT_EQ(number_of(read_sbatch(text)), kEngineUnreachable.number) << text;
    const auto jobs = read_squeue(
        "7|RUNNING|None|n1|1700000000|1700000300|ada|penstock-a-att_1\n"
        "9_2|PENDING|Priority||N/A|N/A|ada|an array's\n"
        "8|CANCELLED|None||N/A|1700000000|ada|odd|name\n");
    ASSERT_TRUE(jobs);
    ASSERT_EQ(jobs->size(), 2U);
    EXPECT_EQ(jobs->front().start_at, 1'700'000'000);
    EXPECT_EQ(jobs->back().state, JobState::cancelled);
    EXPECT_EQ(jobs->back().user, "ada");
    EXPECT_EQ(jobs->back().name, "odd|name");
    EXPECT_EQ(number_of(read_squeue("7|RUNNING\n")), kEngineUnreachable.number);
    const auto nodes = read_sinfo(
        "n1|4|4096|idle|batch\nn2|4|4096|idle*|batch\nn1|4|4096|idle|long\nn3|4|1|drained|batch\n");
    ASSERT_TRUE(nodes);
    ASSERT_EQ(nodes->size(), 3U);
    EXPECT_EQ(nodes->front().partitions, (std::vector<std::string>{"batch", "long"}));
    EXPECT_FALSE(nodes->at(1).is_up);
    EXPECT_FALSE(nodes->at(2).is_up);
    EXPECT_EQ(number_of(read_sinfo("n1|x|1|idle|batch")), kEngineUnreachable.number);
}

TEST(CommandControl, takes_for_final_only_what_it_knows_to_be) {
    EXPECT_TRUE(
        is_refusal_of_sbatch("sbatch: error: Batch job submission failed: Requested node "
                             "configuration is not available"));
    for (const char* text :
         {"sbatch: error: Batch job submission failed: Unable to contact slurm controller",
          "sbatch: error: If munged is up, restart with --num-threads=10", "", "Killed",
          "Invalid partition name"})
        EXPECT_FALSE(is_refusal_of_sbatch(text)) << text;
}

TEST(RestControl, takes_for_ended_only_what_slurm_calls_so) {
    EXPECT_TRUE(read_cancelled(R"({"errors":[]})"));
    EXPECT_TRUE(read_cancelled(R"({"errors":[{"error_number":2017,"error":"Invalid job id"}]})"));
    EXPECT_EQ(number_of(read_cancelled(R"({"errors":[{"error_number":2002,"error":"Denied"}]})")),
              kEngineRefused.number);
    EXPECT_EQ(number_of(read_cancelled(R"({"errors":[{"error_number":5005,"error":"Zero"}]})")),
              kEngineUnreachable.number);
    EXPECT_FALSE(read_cancelled(""));
}

/// A controller that answers as told.
class ToldControl : public Control {
  public:
    std::uint32_t submits = 0;
    bool is_away = false;
    std::vector<Job> known;

    Result<std::uint64_t> submit(const JobRequest&) override {
        ++submits;
        if (is_away) return reject(kEngineUnreachable);
        return 40 + submits;
    }
    Result<std::vector<Job>> jobs() override {
        if (is_away) return reject(kEngineUnreachable);
        return known;
    }
    Result<void> cancel(std::uint64_t) override { return {}; }
    Result<std::vector<Node>> nodes() override { return std::vector<Node>{}; }
};

TEST(FallbackControl, finds_the_job_that_the_first_may_have_taken) {
    auto first = std::make_unique<ToldControl>();
    auto second = std::make_unique<ToldControl>();
    ToldControl& rest = *first;
    ToldControl& commands = *second;
    FallbackControl both(std::move(first), std::move(second));
    EXPECT_EQ(both.submit({.name = "a"}).value_or(0), 41U);
    EXPECT_EQ(commands.submits, 0U);
    rest.is_away = true;
    commands.known = {{.id = 7, .name = "a", .state = JobState::done},
                      {.id = 8, .name = "a", .state = JobState::pending}};
    EXPECT_EQ(both.submit({.name = "a"}).value_or(0), 8U);
    EXPECT_EQ(commands.submits, 0U);
    EXPECT_EQ(both.submit({.name = "b"}).value_or(0), 41U);
    EXPECT_EQ(commands.submits, 1U);
    // The first is left alone for a while, and not asked each time.
    EXPECT_EQ(rest.submits, 2U);
}

}  // namespace
}  // namespace penstock::agent::slurm
