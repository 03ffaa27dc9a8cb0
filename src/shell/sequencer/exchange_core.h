#pragma once

#include "shell/sequencer/core.h"

namespace penstock::shell {

/// Makes the real core.
class ExchangeFactory final : public CoreFactory {
  public:
    std::unique_ptr<Core> create() const override;
    Result<std::unique_ptr<Core>> restore(std::string_view snapshot) const override;
};

}  // namespace penstock::shell
