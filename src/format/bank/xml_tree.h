#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "format/bank/bank_file.h"
#include "format/place.h"

namespace penstock::format {

/// An element of an XML file.
struct XmlNode {
    const XmlNode* parent = nullptr;
    std::string name;  ///< Without namespace when it is in the root's, else "namespace|name".
    std::size_t ordinal = 1;  ///< Among the children of that name.
    Place place;
    std::string text;  ///< Of the element itself, not of its children.
    std::vector<std::pair<std::string, std::string>> attributes;
    std::vector<const XmlNode*> children;

    /// "/Document/BkToCstmrStmt/Stmt/Ntry[2]": what the node is called in messages.
    std::string path() const;
};

/// Owns its nodes; may be moved, not copied, since they point at each other.
class XmlTree {
  public:
    XmlTree() = default;
    XmlTree(XmlTree&&) = default;
    XmlTree& operator=(XmlTree&&) = default;
    XmlTree(const XmlTree&) = delete;
    XmlTree& operator=(const XmlTree&) = delete;

    const XmlNode& root() const { return nodes_.front(); }
    const std::string& root_namespace() const { return root_namespace_; }

  private:
    friend class XmlReader;
    std::deque<XmlNode> nodes_;
    std::string root_namespace_;
};

/// Reads a whole XML 1.0 document in UTF-8. Document type declarations are refused, and with them
/// all entities but XML's own five: nothing is expanded and nothing is fetched.
/// At most 16 MB, 500,000 elements, 24 deep, each with 16 attributes and 10,000 bytes of text.
/// @retval kBankFileTooLarge, kBankFileSyntax
Result<XmlTree> parse_xml(std::string_view text, const BankFile& file);

}  // namespace penstock::format
