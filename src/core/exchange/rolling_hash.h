#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/hash.h"

namespace penstock::exchange {

/// A digest of all that ever happened: of every piece added since the beginning, in order.
///
/// Whole blocks of some kibibytes are folded into the digest so far, since hashing each command by
/// itself costs several times as much; what has not filled a block is kept. So the value after any
/// command depends on the pieces alone, never on when it was asked for.
class RollingHash {
  public:
    /// A piece's length is part of what is hashed.
    void add(std::string_view piece);
    void add(std::uint64_t number);
    /// Bytes added since the last fold.
    std::size_t pending() const { return pending_.size(); }
    /// Ends a command. Folds if a block has been filled.
    void end_command();

    /// Of everything up to the last end_command().
    Digest value() const;

    template <class Archive>
    void visit(Archive& archive) {
        archive(folded_, pending_);
    }

  private:
    Digest folded_{};
    std::string pending_;
};

}  // namespace penstock::exchange
