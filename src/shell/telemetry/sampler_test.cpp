#include "shell/telemetry/sampler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <sstream>
#include <string>

#include "log/output.h"
#include "shell/journal/memory_journal.h"
#include "shell/sequencer/exchange_core.h"
#include "shell/sequencer/standstill.h"

namespace penstock::shell {
namespace {

/// A sampler that looks all the time, at a real sequencer of an exchange that is not open yet.
class SamplerTest : public testing::Test {
  protected:
    ~SamplerTest() override {
        sampler_.reset();
        sequencer_->stop();
    }
    void sample(std::function<FeedHealth()> feeds = {}) {
        sampler_ = std::make_unique<Sampler>(
            Sampler::Options{.folder = std::filesystem::temp_directory_path(),
                             .interval = milliseconds(1),
                             .feeds = std::move(feeds)},
            *journal_, *sequencer_);
    }
    static void await(const std::function<bool()>& condition) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!condition()) ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    }

    SystemClock clock_;
    ExchangeFactory factory_;
    std::unique_ptr<MemoryJournal> journal_ =
        MemoryJournal::open(std::make_shared<MemoryDisk>()).value();
    std::unique_ptr<Sequencer> sequencer_ =
        Sequencer::open(*journal_, factory_, clock_, {}, {}).value();
    std::unique_ptr<Sampler> sampler_;
};

TEST_F(SamplerTest, looks_up_disk_descriptors_feeds_and_the_exchange) {
    sample([] {
        return FeedHealth{
            .tables_fault = {}, .grants_fault = {}, .evidence_fault = {}, .evidence_signed = 7};
    });
    await([&] { return sampler_->sample().overview && sampler_->sample().descriptors_open > 0; });
    const Sample seen = sampler_->sample();
    EXPECT_GT(seen.disk_free_bytes.value(), 0u);
    EXPECT_EQ(seen.feeds.evidence_signed, 7u);
    EXPECT_EQ(seen.journal_trouble, "");
    EXPECT_EQ(seen.overview->parties, 0u);
}

TEST_F(SamplerTest, says_how_old_its_figures_are_while_the_sequencer_hangs) {
    Standstill standstill(*sequencer_);
    sample();
    await([&] { return sampler_->sample().overview_age > milliseconds(30); });
    EXPECT_FALSE(sampler_->sample().overview);
    EXPECT_GT(sampler_->sample().disk_free_bytes.value_or(0), 0u) << "the rest is there";
    standstill.end();
    await([&] { return sampler_->sample().overview.has_value(); });
    EXPECT_LT(sampler_->sample().overview_age, seconds(20));
}

TEST_F(SamplerTest, logs_a_fault_once_when_it_begins) {
    std::ostringstream text;
    std::atomic<int> looks = 0;
    {
        const log::Output output({.format = log::Format::json, .into = &text});
        sample([&] {
            const char* fault = ++looks > 2 ? "DISK_GONE" : "";
            return FeedHealth{.tables_fault = {}, .grants_fault = fault, .evidence_fault = fault};
        });
        await([&] { return looks > 6; });
        sampler_.reset();
    }
    for (const std::string line : {R"("event":"evidence_fault","reason":"DISK_GONE")",
                                   R"("event":"grants_fault","reason":"DISK_GONE")"}) {
        const auto first = text.str().find(line);
        ASSERT_NE(first, std::string::npos) << text.str();
        EXPECT_EQ(text.str().find(line, first + 1), std::string::npos) << text.str();
    }
    EXPECT_THAT(text.str(), testing::Not(testing::HasSubstr("tables_fault")));
}

}  // namespace
}  // namespace penstock::shell
