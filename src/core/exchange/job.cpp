#include "core/exchange/job.h"

#include <algorithm>
#include <string_view>

namespace penstock::exchange {
namespace {

/// What the job is: what is left out here may differ.
v1::WorkloadSpec job_in(const v1::WorkloadSpec& spec) {
    v1::WorkloadSpec job = spec;
    job.clear_name();
    job.clear_array_size();
    job.clear_max_price();
    job.clear_deadline_seconds();
    job.clear_max_attempts();
    job.clear_expected_task_seconds();
    job.clear_max_task_seconds();
    job.clear_trial_seconds();
    // Said for plans; the program does not see it.
    if (job.has_result_unit()) job.mutable_result_unit()->clear_per_task();
    return job;
}

bool has_same_items(const auto& a, const auto& b) {
    return std::ranges::equal(a, b, [](const auto& x, const auto& y) {
        return x.SerializeAsString() == y.SerializeAsString();
    });
}

/// Names, separated by commas.
class Names {
  public:
    void add_if(bool differs, std::string_view name) {
        if (!differs) return;
        if (!text_.empty()) text_.append(", ");
        text_.append(name);
    }
    std::string take() { return std::move(text_); }

  private:
    std::string text_;
};

}  // namespace

Digest job_of(const v1::WorkloadSpec& spec) {
    return digest_of(job_in(spec).SerializeAsString());
}

std::string job_difference(const v1::WorkloadSpec& tried, const v1::WorkloadSpec& asked) {
    const v1::WorkloadSpec a = job_in(tried);
    const v1::WorkloadSpec b = job_in(asked);
    Names names;
    names.add_if(a.cpus() != b.cpus(), "cpus");
    names.add_if(a.memory_bytes() != b.memory_bytes(), "memory_bytes");
    names.add_if(!has_same_items(a.environment(), b.environment()), "environment");
    names.add_if(!has_same_items(a.files(), b.files()), "files");
    names.add_if(a.setup() != b.setup(), "setup");
    names.add_if(a.run() != b.run(), "run");
    names.add_if(!std::ranges::equal(a.outputs(), b.outputs()), "outputs");
    names.add_if(a.network() != b.network(), "network");
    if (a.has_result_unit() != b.has_result_unit()) {
        names.add_if(true, "result_unit");
        return names.take();
    }
    const v1::ResultUnit& was = a.result_unit();
    const v1::ResultUnit& is = b.result_unit();
    names.add_if(was.name() != is.name(), "result_unit.name");
    names.add_if(was.line() != is.line(), "result_unit.line");
    names.add_if(was.files() != is.files(), "result_unit.files");
    names.add_if(was.per_match() != is.per_match(), "result_unit.per_match");
    names.add_if(was.quoted_per() != is.quoted_per(), "result_unit.quoted_per");
    return names.take();
}

std::string say_job_difference(const std::string& tried, const v1::WorkloadSpec& asked) {
    v1::WorkloadSpec spec;
    if (!spec.ParseFromString(tried)) return {};
    const std::string names = job_difference(spec, asked);
    return names.empty() ? names : "It differs in " + names + ".";
}

}  // namespace penstock::exchange
