#include <array>

#include "advise/intent/items.h"

namespace penstock::intent {

namespace {

class LengthReader {
  public:
    LengthReader(const FoldedText& text, std::size_t at)
        : text_(text), all_(text.characters), at_(at) {}

    std::optional<ReadLength> read() {
        if (take_half_sign() || take(U"半个") || take(U"半")) return half_of_unit();
        if (take_word(U"half an ") || take_word(U"half a ") || take_word(U"a half ") ||
            take_word(U"half "))
            return half_of_unit();
        if (take_word(U"an ") || take_word(U"a ")) return read_article();
        const auto number = read_number(text_, at_);
        if (!number || number->magnitude != Magnitude::none) return std::nullopt;
        read_.number = number->value;
        at_ = number->end;
        return read_behind_number();
    }

  private:
    bool take(std::u32string_view text) {
        if (all_.compare(at_, text.size(), text) != 0) return false;
        at_ += text.size();
        return true;
    }
    /// A hyphen counts as a blank.
    bool take_word(std::u32string_view text) {
        for (std::size_t i = 0; i < text.size(); ++i) {
            const char32_t c = at_ + i < all_.size() ? all_[at_ + i] : U'\0';
            if (c != text[i] && !(c == '-' && text[i] == ' ')) return false;
        }
        at_ += text.size();
        return true;
    }
    /// ½ and 1/2.
    bool take_half_sign() {
        if (at_ > 0 && is_ascii_digit(all_[at_])) {
            const char32_t before = all_[at_ - 1];
            if (before == '/' || before == '.' || is_ascii_digit(before)) return false;
        }
        const std::size_t begin = at_;
        if (!take(U"½") && !take(U"1/2")) return false;
        if (at_ < all_.size() && (is_ascii_digit(all_[at_]) || all_[at_] == '/')) {
            at_ = begin;
            return false;
        }
        take_word(U" ");
        if (!take_word(U"of an ")) take_word(U"of a ");
        return true;
    }
    bool take_unit() {
        if (at_ >= all_.size()) return false;
        const PhraseMatch match = match_unit(text_, at_);
        if (match.length == 0) return false;
        for (const Meaning& meaning : match.meanings)
            if (meaning.kind == "unit" && meaning.value.starts_with("time:")) {
                read_.unit = match.meanings;
                at_ += match.length;
                read_.end = at_;
                return true;
            }
        return false;
    }

    std::optional<ReadLength> half_of_unit() {
        read_.and_half = true;
        if (!take_unit()) return std::nullopt;
        return read_;
    }

    /// an hour, an hour and a half
    std::optional<ReadLength> read_article() {
        read_.number = {1, 0};
        // "a second" is mostly an order.
        if (all_.compare(at_, 6, U"second") == 0 || !take_unit()) return std::nullopt;
        take_and_half();
        return read_;
    }

    bool take_and_half() {
        if (!take_word(U" and a half")) return false;
        if (at_ < all_.size() && is_latin(all_[at_])) return false;
        read_.and_half = true;
        read_.end = at_;
        return true;
    }

    /// 两个半小时, 两天半, two and a half days, one hour and a half, 1½ hours
    std::optional<ReadLength> read_behind_number() {
        const bool half = take(U"个半") || take_word(U" and a half") || take_half_sign();
        take_word(U" ");
        if (half) return half_of_unit();
        take(U"个");
        if (!take_unit()) return std::nullopt;
        if (take_and_half()) return read_;
        // 两天半; and 两天半价 is cheap.
        if (!is_han(all_[at_ - 1]) || !take(U"半")) return std::nullopt;
        if (at_ < all_.size()) {
            if (std::u32string_view(U"价数个夜").contains(all_[at_]) ||
                match_unit(text_, at_).length > 0)
                return std::nullopt;
        }
        read_.and_half = true;
        read_.end = at_;
        return read_;
    }

    const FoldedText& text_;
    const std::u32string& all_;
    std::size_t at_;
    ReadLength read_;
};

}  // namespace

std::optional<ReadLength> read_length(const FoldedText& text, std::size_t at) {
    const std::u32string& all = text.characters;
    if (at > 0 && is_latin(all[at]) && (is_latin(all[at - 1]) || is_ascii_digit(all[at - 1])))
        return std::nullopt;
    auto read = LengthReader(text, at).read();
    if (!read) return std::nullopt;
    const PhraseMatch phrase = match_phrase(text, at);
    const bool is_wider = phrase.length > read->end - at ||
                          (phrase.length == read->end - at && has(phrase.meanings, "length"));
    if (is_wider) return std::nullopt;
    return read;
}

}  // namespace penstock::intent
