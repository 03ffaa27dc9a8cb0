#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "transport/json/write.h"

namespace penstock::transport {

/// Writes JSON text piece by piece, with the commas where they belong. The caller keeps the order
/// of keys and values right.
class JsonText {
  public:
    JsonText& open_object() { return open('{'); }
    JsonText& close_object() { return close('}'); }
    JsonText& open_array() { return open('['); }
    JsonText& close_array() { return close(']'); }
    JsonText& key(std::string_view name) {
        separate();
        write_json_string(name, text_);
        text_.push_back(':');
        follows_ = false;
        return *this;
    }
    JsonText& text(std::string_view value) {
        separate();
        write_json_string(value, text_);
        return *this;
    }
    JsonText& boolean(bool value) { return literal(value ? "true" : "false"); }
    JsonText& number(long long value) { return literal(std::to_string(value)); }
    std::string take() { return std::move(text_); }

  private:
    JsonText& literal(std::string_view value) {
        separate();
        text_.append(value);
        return *this;
    }
    void separate() {
        if (follows_) text_.push_back(',');
        follows_ = true;
    }
    JsonText& open(char bracket) {
        separate();
        text_.push_back(bracket);
        follows_ = false;
        return *this;
    }
    JsonText& close(char bracket) {
        text_.push_back(bracket);
        follows_ = true;
        return *this;
    }

    std::string text_;
    bool follows_ = false;  ///< A value precedes, so that the next needs a comma.
};

}  // namespace penstock::transport
