#pragma once

#include <boost/json/error.hpp>
#include <boost/json/string_view.hpp>

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "transport/json/scalar.h"

namespace penstock::transport {

/// Takes the events of Boost.JSON's parser and fills a message with them, directly: no tree is
/// made.
///
/// The names and signatures of the on_… functions are the parser's. Each returns whether to go on.
class MessageBuilder {
  public:
    static constexpr std::size_t max_object_size = SIZE_MAX;
    static constexpr std::size_t max_array_size = SIZE_MAX;
    static constexpr std::size_t max_key_size = SIZE_MAX;
    static constexpr std::size_t max_string_size = SIZE_MAX;

    MessageBuilder(google::protobuf::Message& root, std::size_t values_max)
        : root_(&root), values_max_(values_max) {}

    /// What was refused; nothing when the text itself was at fault.
    const std::optional<Error>& error() const { return error_; }
    /// Where the parser stands, for faults of the text.
    std::string path() const;

    using Code = boost::system::error_code;
    using Text = boost::json::string_view;
    bool on_document_begin(Code&) { return true; }
    bool on_document_end(Code&) { return true; }
    bool on_object_begin(Code& code);
    bool on_object_end(std::size_t, Code& code);
    bool on_array_begin(Code& code);
    bool on_array_end(std::size_t, Code& code);
    bool on_key_part(Text text, std::size_t, Code&) { return keep_part(text); }
    bool on_key(Text text, std::size_t, Code& code);
    bool on_string_part(Text text, std::size_t, Code&) { return keep_part(text); }
    bool on_string(Text text, std::size_t, Code& code);
    bool on_number_part(Text, Code&) { return true; }
    bool on_int64(std::int64_t value, Text, Code& code);
    bool on_uint64(std::uint64_t value, Text, Code& code);
    bool on_double(double value, Text text, Code& code);
    bool on_bool(bool value, Code& code);
    bool on_null(Code& code);
    bool on_comment_part(Text, Code&) { return true; }
    bool on_comment(Text, Code&) { return true; }

  private:
    static constexpr std::size_t kDepthMax = 33;
    static constexpr std::size_t kFieldsMax = 128;
    /// One message being filled.
    struct Frame {
        google::protobuf::Message* message = nullptr;
        const google::protobuf::FieldDescriptor* field = nullptr;  ///< Of the key last read.
        std::bitset<kFieldsMax> seen;                              ///< By index of the field.
        bool in_array = false;
        std::size_t index = 0;  ///< Of the array's element to come.
    };

    bool keep_part(Text text);
    /// The whole of a key or string, whose last part is given. Valid until the next part.
    std::string_view whole(Text last);
    bool refuse(const Rejection* rejection, Code& code, std::string detail = {});
    /// Ends the handling of one value: counts it in its array, or reports why it does not fit.
    bool done(const Rejection* failure, Code& code);
    Frame& top() { return frames_[depth_ - 1]; }
    /// The place for a scalar to come; null, with the refusal made, where none fits.
    std::optional<ScalarSetter> scalar(Code& code);

    google::protobuf::Message* root_;
    std::array<Frame, kDepthMax> frames_;
    std::size_t depth_ = 0;
    std::size_t values_ = 0;
    std::size_t values_max_;
    std::string part_;
    std::string joined_;
    std::optional<Error> error_;
};

}  // namespace penstock::transport
