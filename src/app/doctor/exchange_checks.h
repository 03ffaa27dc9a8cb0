#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "app/doctor/report.h"

namespace penstock::doctor {

enum class Depth : std::uint8_t {
    files,  ///< What is there is whole, and agrees in where it ends.
    replay  ///< Every command again, and every stored file's digest.
};

struct ExchangeChecks {
    std::filesystem::path data;
    std::filesystem::path secrets{};  ///< As the server has it; empty for none.
    std::string journal_url{};        ///< As the server has it.
    Depth depth = Depth::files;
};

/// Looks at the data folder of an exchange, and its journal, whether its server runs or not;
/// changes no data of either. O(size of journal and evidence); with Depth::replay the time of a
/// start without snapshots.
void check_exchange(const ExchangeChecks& options, Report& report);

}  // namespace penstock::doctor
