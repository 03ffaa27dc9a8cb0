#include "agent/measure/triad.h"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <barrier>
#include <thread>

#include "agent/measure/repetition.h"

namespace penstock::agent {
namespace {

/// One core's share: its own arrays, so that the memory is near it.
void run_share(std::uint32_t cpu, std::size_t elements, int repetitions, std::barrier<>& line) {
    cpu_set_t here;
    CPU_ZERO(&here);
    CPU_SET(cpu, &here);
    ::sched_setaffinity(0, sizeof here, &here);
    std::vector<double> a(elements, 0.0);
    std::vector<double> b(elements, 1.0);
    std::vector<double> c(elements, 2.0);
    double scale = 3.0;
    line.arrive_and_wait();  // All arrays are in memory.
    for (int repetition = 0; repetition < repetitions; ++repetition) {
        line.arrive_and_wait();
        for (std::size_t index = 0; index < elements; ++index)
            a[index] = b[index] + scale * c[index];
        // The next round depends on this one, so that no round can be left out.
        scale = a[static_cast<std::size_t>(repetition) % elements] > 0 ? 3.0 : 4.0;
        line.arrive_and_wait();
    }
}

}  // namespace

v1::Measurement measure_triad(const std::vector<std::uint32_t>& cpu_ids,
                              Thoroughness thoroughness) {
    const bool is_full = thoroughness == Thoroughness::full;
    // In all about 400 MB, or 100 MB; on many cores the same for each as on eight.
    const std::size_t share = std::min<std::size_t>(cpu_ids.size(), 8);
    const std::size_t elements = (is_full ? 16'000'000U : 4'000'000U) / share;
    const int repetitions = is_full ? 15 : 7;
    std::barrier line(static_cast<std::ptrdiff_t>(cpu_ids.size()) + 1);
    std::vector<std::jthread> threads;
    for (const auto cpu : cpu_ids)
        threads.emplace_back([&, cpu] { run_share(cpu, elements, repetitions, line); });
    line.arrive_and_wait();
    const double gigabytes =
        24.0 * static_cast<double>(elements) * static_cast<double>(cpu_ids.size()) / 1e9;
    std::vector<double> rates;
    for (int repetition = 0; repetition < repetitions; ++repetition) {
        const double seconds = seconds_of([&] {
            line.arrive_and_wait();
            line.arrive_and_wait();
        });
        rates.push_back(gigabytes / seconds);
    }
    // The first round still touches cold lines.
    rates.erase(rates.begin());
    return summarise({"triad", "GB/s",
                      fmt::format("a[i] = b[i] + s*c[i], {} doubles for each of {} threads, 24 "
                                  "bytes an element",
                                  elements, cpu_ids.size()),
                      fmt::format("penstock, g++ {}", __VERSION__)},
                     rates);
}

}  // namespace penstock::agent
