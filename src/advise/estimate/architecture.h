#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace penstock::estimate {

/// The shape of a transformer, as far as its cost depends on it.
struct Architecture {
    std::string name{};
    double parameters = 0;  ///< All of them.
    double active_parameters =
        0;  ///< Those that a token passes through; fewer in a mixture of experts.
    double layers = 0;
    double width = 0;
    double kv_elements = 0;  ///< Of keys and values, for one token in one layer.
    double context = 0;      ///< Tokens of a sequence in training.
    bool assumed = false;    ///< Layers and width are those of models of that size.
    std::string source{};

    bool is_mixture() const { return active_parameters < parameters; }
};

class ArchitectureTable {
  public:
    static constexpr double kAssumedContext = 4096;

    /// @retval kTableBroken and what CSV is refused for
    static Result<ArchitectureTable> read(std::string_view csv, std::string_view file);

    const std::vector<Architecture>& rows() const { return rows_; }
    /// The row of a name, or of a name by which an intent may ask for a model
    /// (data/intent/models.csv) with its size: "llama3.1 70b".
    /// @retval kModelUnknown (field "model")  With the nearest names; or with the model, where it
    /// is
    ///         known by name alone.
    Result<Architecture> find(std::string_view name) const;
    /// All rows of the family that a model's id in an intent stands for, in the table's order; none
    /// where the table has none of it.
    std::vector<Architecture> architectures_of(std::string_view id) const;
    /// The row with the longest name that `name` begins with.
    const Architecture* find_beginning_of(std::string_view name) const;
    /// What a model of that size is taken to be: layers of the nearest dense model of the table,
    /// and its width grown or shrunk with the root of the parameters.
    /// @param active_parameters  Above 0, and at most `parameters`.
    Architecture assumed(double parameters, double active_parameters) const;

  private:
    std::vector<Architecture> rows_;
};

}  // namespace penstock::estimate
