#pragma once

#include <string>
#include <vector>

namespace penstock::bench {

/// One line of the table: what was measured, and what it is held against.
struct Line {
    std::string name;
    double value = 0;
    std::string unit;
    double reference = 0;      ///< In the same unit: a limit, or a peer measured in the same run.
    std::string held_against;  ///< What the reference is, for people.
    double needed = 0;         ///< The ratio that is asked for; 0 when none is.
    /// Of memory and times less is better: the ratio may be at most what is needed.
    enum class Better { more, less } better = Better::more;

    double ratio() const { return reference > 0 ? value / reference : 0; }
    bool is_good() const {
        return needed <= 0 || (better == Better::more ? ratio() >= needed : ratio() <= needed);
    }
};

void print_table(const std::vector<Line>& lines);

/// An array of {name, value, unit, reference, ratio}. False when the file cannot be written.
bool write_json(const std::vector<Line>& lines, const std::string& file);

}  // namespace penstock::bench
