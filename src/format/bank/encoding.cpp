#include "format/bank/encoding.h"

#include <iconv.h>

#include <array>
#include <cerrno>

namespace penstock::format {

namespace {

/// glibc's converter, which is part of every Debian.
class Converter {
  public:
    Converter() : descriptor_(iconv_open("UTF-8", "GB18030")) {}
    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;
    ~Converter() {
        if (is_open()) iconv_close(descriptor_);
    }
    bool is_open() const { return descriptor_ != reinterpret_cast<iconv_t>(-1); }
    iconv_t descriptor() const { return descriptor_; }

  private:
    iconv_t descriptor_;
};

}  // namespace

std::optional<std::string> utf8_of_gb18030(std::string_view text) {
    const Converter converter;
    if (!converter.is_open()) return std::nullopt;
    // iconv takes a pointer to what it does not change.
    char* input = const_cast<char*>(text.data());
    std::size_t left = text.size();
    std::string whole;
    std::array<char, 4'096> piece{};
    while (left > 0) {
        char* output = piece.data();
        std::size_t room = piece.size();
        const std::size_t code = iconv(converter.descriptor(), &input, &left, &output, &room);
        whole.append(piece.data(), piece.size() - room);
        if (code == static_cast<std::size_t>(-1) && errno != E2BIG) return std::nullopt;
    }
    return whole;
}

}  // namespace penstock::format
