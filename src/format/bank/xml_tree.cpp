#include "format/bank/xml_tree.h"

#include <expat.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

#include "base/assert.h"
#include "base/try.h"
#include "format/bank/error.h"

namespace penstock::format {

namespace {

constexpr std::size_t kNodesMax = 500'000;
constexpr std::size_t kDepthMax = 24;
constexpr std::size_t kAttributesMax = 16;
constexpr std::size_t kTextBytesMax = 10'000;
constexpr std::string_view kMixed = "text stands beside elements";
constexpr char kNamespaceEnd = '|';

bool is_utf8_name(std::string_view encoding) {
    return encoding == "UTF-8" || encoding == "utf-8" || encoding == "Utf-8";
}

}  // namespace

/// Makes the tree from expat's calls.
class XmlReader {
  public:
    explicit XmlReader(const BankFile& file)
        : file_(file), parser_(XML_ParserCreateNS("UTF-8", kNamespaceEnd)) {
        PENSTOCK_ASSERT(parser_ != nullptr);
        XML_SetUserData(parser_.get(), this);
        XML_SetElementHandler(
            parser_.get(),
            [](void* self, const char* name, const char** attributes) {
                static_cast<XmlReader*>(self)->start(name, attributes);
            },
            [](void* self, const char*) { static_cast<XmlReader*>(self)->end(); });
        XML_SetCharacterDataHandler(parser_.get(), [](void* self, const char* text, int length) {
            static_cast<XmlReader*>(self)->characters({text, static_cast<std::size_t>(length)});
        });
        XML_SetStartDoctypeDeclHandler(
            parser_.get(), [](void* self, const char*, const char*, const char*, int) {
                static_cast<XmlReader*>(self)->stop(
                    kBankFileSyntax, "document type declarations are not accepted; remove it");
            });
        XML_SetXmlDeclHandler(
            parser_.get(), [](void* self, const char*, const char* encoding, int) {
                if (encoding != nullptr && !is_utf8_name(encoding)) {
                    static_cast<XmlReader*>(self)->stop(
                        kBankFileSyntax, "the file must be UTF-8, as ISO 20022 demands");
                }
            });
    }

    Result<XmlTree> read(std::string_view text) {
        const auto status =
            XML_Parse(parser_.get(), text.data(), static_cast<int>(text.size()), XML_TRUE);
        if (error_) return std::unexpected(*std::move(error_));
        if (status == XML_STATUS_OK) return std::move(tree_);
        return file_.fail(kBankFileSyntax, place(),
                          std::string("not well-formed XML: ") +
                              XML_ErrorString(XML_GetErrorCode(parser_.get())) +
                              "; the file may be cut off");
    }

  private:
    Place place() const {
        return {XML_GetCurrentLineNumber(parser_.get()),
                XML_GetCurrentColumnNumber(parser_.get()) + 1};
    }

    void stop(const Rejection& rejection, std::string_view what) {
        if (error_) return;
        error_ = file_.fail(rejection, place(), what).error();
        XML_StopParser(parser_.get(), XML_FALSE);
    }

    void start(std::string_view name, const char** attributes) {
        if (error_) return;
        if (tree_.nodes_.size() == kNodesMax) {
            return stop(kBankFileTooLarge, "the file has over 500,000 elements");
        }
        if (open_.size() == kDepthMax) {
            return stop(kBankFileTooLarge, "elements are nested deeper than 24");
        }
        XmlNode& node = tree_.nodes_.emplace_back();
        node.place = place();
        node.name = local_name(name);
        for (; *attributes != nullptr; attributes += 2) {
            if (node.attributes.size() == kAttributesMax) {
                return stop(kBankFileTooLarge, "an element has over 16 attributes");
            }
            node.attributes.emplace_back(attributes[0], attributes[1]);
        }
        if (!open_.empty()) {
            if (!trimmed(open_.back()->text).empty()) return stop(kBankFileSyntax, kMixed);
            // Blanks that only set elements apart, of which there may be many.
            open_.back()->text.clear();
            node.parent = open_.back();
            open_.back()->children.push_back(&node);
            node.ordinal = ++counts_.back()[node.name];
        }
        open_.push_back(&node);
        counts_.emplace_back();
    }

    void end() {
        if (error_) return;
        open_.pop_back();
        counts_.pop_back();
    }

    void characters(std::string_view text) {
        if (error_) return;
        XmlNode& node = *open_.back();
        if (!node.children.empty()) {
            if (!trimmed(text).empty()) stop(kBankFileSyntax, kMixed);
            return;
        }
        if (node.text.size() + text.size() > kTextBytesMax) {
            return stop(kBankFileTooLarge, "an element has over 10,000 bytes of text");
        }
        node.text.append(text);
    }

    std::string local_name(std::string_view name) {
        const std::size_t split = name.rfind(kNamespaceEnd);
        const std::string_view space = split == name.npos ? "" : name.substr(0, split);
        if (tree_.nodes_.size() == 1) tree_.root_namespace_ = space;
        if (space != tree_.root_namespace_) return std::string(name);
        return std::string(split == name.npos ? name : name.substr(split + 1));
    }

    struct Free {
        void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
    };

    const BankFile& file_;
    std::unique_ptr<XML_ParserStruct, Free> parser_;
    XmlTree tree_;
    std::vector<XmlNode*> open_;
    std::vector<std::map<std::string, std::size_t>> counts_;
    std::optional<Error> error_;
};

std::string XmlNode::path() const {
    std::string path;
    for (const XmlNode* node = this; node != nullptr; node = node->parent) {
        std::string part = "/" + node->name;
        const bool has_twins =
            node->ordinal > 1 ||
            (node->parent != nullptr &&
             std::ranges::any_of(node->parent->children, [&](const XmlNode* child) {
                 return child != node && child->name == node->name;
             }));
        if (has_twins) part.append("[").append(std::to_string(node->ordinal)).append("]");
        path.insert(0, part);
    }
    return path;
}

Result<XmlTree> parse_xml(std::string_view text, const BankFile& file) {
    if (text.size() > kBankFileBytesMax) {
        return file.fail(kBankFileTooLarge, Place{}, "the file is over 16 MB");
    }
    return XmlReader(file).read(text);
}

}  // namespace penstock::format
