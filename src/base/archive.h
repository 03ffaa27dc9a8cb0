#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/money.h"
#include "base/time.h"

/// One description of a structure's fields serves the snapshot's writing, its reading and the
/// digest: `template <class Archive> void visit(Archive& archive) { archive(id, owner, state); }`.
/// Numbers are little-endian and of fixed width; lengths are 64-bit. Only ordered containers can be
/// archived, so equal states have equal bytes.
namespace penstock {

static_assert(std::endian::native == std::endian::little);

namespace archive_detail {

template <class A, class T>
concept Visitable = requires(T& value, A& archive) { value.visit(archive); };

}  // namespace archive_detail

/// Appends to a string.
class ArchiveWriter {
  public:
    static constexpr bool kReads = false;
    explicit ArchiveWriter(std::string& out) : out_(out) {}
    bool ok() const { return true; }
    void fail() {}

    template <class... T>
    void operator()(T&... values) {
        (put(values), ...);
    }

  private:
    template <class T>
    void put(T& value) {
        using Plain = std::remove_const_t<T>;
        auto& open = const_cast<Plain&>(value);
        if constexpr (archive_detail::Visitable<ArchiveWriter, Plain>) {
            open.visit(*this);
        } else if constexpr (std::is_enum_v<Plain>) {
            put_number(static_cast<std::underlying_type_t<Plain>>(value));
        } else if constexpr (std::is_integral_v<Plain>) {
            put_number(value);
        } else {
            put_other(open);
        }
    }
    template <class T>
    void put_number(T value) {
        if constexpr (std::is_same_v<T, bool>) {
            out_.push_back(value ? 1 : 0);
        } else {
            char bytes[sizeof(T)];
            std::memcpy(bytes, &value, sizeof(T));
            out_.append(bytes, sizeof(T));
        }
    }
    void put_other(Instant& value) { put_number(value.ns); }
    void put_other(Duration& value) { put_number(value.ns); }
    void put_other(Money& value) { put_number(value.micros); }
    void put_other(Interval& value) { (*this)(value.start, value.end); }
    void put_other(std::string& value) {
        put_number(static_cast<std::uint64_t>(value.size()));
        out_.append(value);
    }
    template <class T, std::size_t n>
    void put_other(std::array<T, n>& value) {
        for (auto& item : value) put(item);
    }
    template <class A, class B>
    void put_other(std::pair<A, B>& value) {
        (*this)(value.first, value.second);
    }
    template <class T>
    void put_other(std::optional<T>& value) {
        put_number(value.has_value());
        if (value) put(*value);
    }
    template <class T>
    void put_other(std::vector<T>& value) {
        put_items(value);
    }
    template <class T>
    void put_other(std::deque<T>& value) {
        put_items(value);
    }
    template <class T>
    void put_other(std::set<T>& value) {
        put_items(value);
    }
    template <class K, class V>
    void put_other(std::map<K, V>& value) {
        put_items(value);
    }
    template <class Items>
    void put_items(Items& items) {
        put_number(static_cast<std::uint64_t>(items.size()));
        for (auto& item : items) {
            using Item = std::remove_cvref_t<decltype(item)>;
            if constexpr (requires {
                              item.first;
                              item.second;
                          }) {
                (*this)(item.first, item.second);
            } else {
                put(const_cast<Item&>(item));
            }
        }
    }

    std::string& out_;
};

/// Reads what ArchiveWriter wrote. After a failure ok() is false and further reads do nothing.
///
/// Only bytes that the writer could have written are accepted, so that reading and writing again
/// gives the same bytes: a truth value is 0 or 1, keys rise. Whether a number names a value of its
/// enumeration is for the structure that holds it to check.
class ArchiveReader {
  public:
    static constexpr bool kReads = true;
    explicit ArchiveReader(std::string_view in) : in_(in) {}
    bool ok() const { return ok_; }
    /// Everything was read, and nothing was wrong.
    bool finished() const { return ok_ && in_.empty(); }
    void fail() { ok_ = false; }

    template <class... T>
    void operator()(T&... values) {
        (get(values), ...);
    }

  private:
    template <class T>
    void get(T& value) {
        if (!ok_) return;
        if constexpr (archive_detail::Visitable<ArchiveReader, T>) {
            value.visit(*this);
        } else if constexpr (std::is_enum_v<T>) {
            std::underlying_type_t<T> number{};
            get_number(number);
            value = static_cast<T>(number);
        } else if constexpr (std::is_integral_v<T>) {
            get_number(value);
        } else {
            get_other(value);
        }
    }
    template <class T>
    void get_number(T& value) {
        if (in_.size() < sizeof(T)) return fail();
        if constexpr (std::is_same_v<T, bool>) {
            if (static_cast<unsigned char>(in_.front()) > 1) return fail();
            value = in_.front() == 1;
        } else {
            std::memcpy(&value, in_.data(), sizeof(T));
        }
        in_.remove_prefix(sizeof(T));
    }
    /// A length that the rest of the input can hold, at one byte an item at least.
    std::uint64_t get_length() {
        std::uint64_t length = 0;
        get_number(length);
        if (length > in_.size()) fail();
        return ok_ ? length : 0;
    }
    void get_other(Instant& value) { get_number(value.ns); }
    void get_other(Duration& value) { get_number(value.ns); }
    void get_other(Money& value) { get_number(value.micros); }
    void get_other(Interval& value) { (*this)(value.start, value.end); }
    void get_other(std::string& value) {
        const auto length = static_cast<std::size_t>(get_length());
        value.assign(in_.substr(0, length));
        in_.remove_prefix(length);
    }
    template <class T, std::size_t n>
    void get_other(std::array<T, n>& value) {
        for (auto& item : value) get(item);
    }
    template <class A, class B>
    void get_other(std::pair<A, B>& value) {
        (*this)(value.first, value.second);
    }
    template <class T>
    void get_other(std::optional<T>& value) {
        bool present = false;
        get_number(present);
        value.reset();
        if (present) get(value.emplace());
    }
    template <class T>
    void get_other(std::vector<T>& value) {
        get_sequence(value);
    }
    template <class T>
    void get_other(std::deque<T>& value) {
        get_sequence(value);
    }
    template <class Items>
    void get_sequence(Items& items) {
        items.clear();
        for (auto left = get_length(); left > 0 && ok_; --left) get(items.emplace_back());
    }
    template <class T>
    void get_other(std::set<T>& value) {
        value.clear();
        for (auto left = get_length(); left > 0 && ok_; --left) {
            T item{};
            get(item);
            if (!value.empty() && !(*value.rbegin() < item)) return fail();
            value.insert(value.end(), std::move(item));
        }
    }
    template <class K, class V>
    void get_other(std::map<K, V>& value) {
        value.clear();
        for (auto left = get_length(); left > 0 && ok_; --left) {
            K key{};
            V item{};
            (*this)(key, item);
            if (!value.empty() && !(value.rbegin()->first < key)) return fail();
            value.emplace_hint(value.end(), std::move(key), std::move(item));
        }
    }

    std::string_view in_;
    bool ok_ = true;
};

}  // namespace penstock
