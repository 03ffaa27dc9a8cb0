#include "bench/report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>

namespace penstock::bench {
namespace {

/// 1,234,567 or 12.3: as many digits as are worth reading.
std::string readable(double value) {
    char text[64];
    if (std::abs(value) < 100) {
        std::snprintf(text, sizeof text, "%.3g", value);
        return text;
    }
    std::snprintf(text, sizeof text, "%.0f", value);
    std::string digits = text;
    for (std::ptrdiff_t at = std::ssize(digits) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), ",");
    return digits;
}

std::string verdict(const Line& line) {
    if (line.needed <= 0) return "";
    char text[64];
    std::snprintf(text, sizeof text, "%s %.2f: %s",
                  line.better == Line::Better::more ? "at least" : "at most", line.needed,
                  line.is_good() ? "yes" : "NO");
    return text;
}

}  // namespace

void print_table(const std::vector<Line>& lines) {
    std::size_t widest = 0;
    for (const Line& line : lines) widest = std::max(widest, line.name.size());
    const int width = static_cast<int>(widest);
    std::printf("\n%-*s %14s %-18s %14s %7s  %-14s %s\n", width, "what", "value", "unit",
                "reference", "ratio", "needed", "the reference is");
    for (const Line& line : lines) {
        std::printf("%-*s %14s %-18s %14s %7.2f  %-14s %s\n", width, line.name.c_str(),
                    readable(line.value).c_str(), line.unit.c_str(),
                    readable(line.reference).c_str(), line.ratio(), verdict(line).c_str(),
                    line.held_against.c_str());
    }
    std::fflush(stdout);
}

bool write_json(const std::vector<Line>& lines, const std::string& file) {
    std::ofstream out(file);
    out.precision(10);
    out << "[";
    // Names and units are our own and hold nothing that JSON would escape.
    for (const Line& line : lines) {
        out << (&line == &lines.front() ? "\n" : ",\n") << R"(  {"name": ")" << line.name
            << R"(", "value": )" << line.value << R"(, "unit": ")" << line.unit
            << R"(", "reference": )" << line.reference << R"(, "ratio": )" << line.ratio() << "}";
    }
    out << "\n]\n";
    out.close();
    return out.good();
}

}  // namespace penstock::bench
