#pragma once

#include <cstdint>
#include <initializer_list>

namespace penstock::party {

/// A set of the values of an enumeration, which are numbered from 1 to 31.
template <class Enum>
class EnumSet {
  public:
    constexpr EnumSet() = default;
    constexpr EnumSet(std::initializer_list<Enum> values) {
        for (const Enum value : values) add(value);
    }
    /// Every value that there is or will be.
    static constexpr EnumSet all() {
        EnumSet set;
        set.bits_ = ~std::uint32_t{1};
        return set;
    }

    constexpr void add(Enum value) { bits_ |= bit(value); }
    constexpr bool contains(Enum value) const { return (bits_ & bit(value)) != 0; }
    constexpr bool contains(EnumSet other) const { return (other.bits_ & ~bits_) == 0; }
    constexpr bool intersects(EnumSet other) const { return (bits_ & other.bits_) != 0; }
    constexpr bool is_empty() const { return bits_ == 0; }
    constexpr bool has_one() const { return bits_ != 0 && (bits_ & (bits_ - 1)) == 0; }
    constexpr bool operator==(const EnumSet&) const = default;
    template <class Archive>
    void visit(Archive& archive) {
        archive(bits_);
    }

  private:
    static constexpr std::uint32_t bit(Enum value) {
        return std::uint32_t{1} << static_cast<unsigned>(value);
    }
    std::uint32_t bits_ = 0;
};

}  // namespace penstock::party
