#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "format/bill/paper.h"
#include "format/bill/paper_text.h"
#include "penstock/v1/settlement.pb.h"

namespace penstock::format {

/// One page as a PNG.
struct PageImage {
    unsigned page = 1;
    unsigned dots_per_inch = 96;
};

struct PaperForm {
    Language language = Language::chinese;
    std::string font_file{kPaperFont};
    std::optional<PageImage> image{};  ///< Instead of a PDF of all pages.
};

/// A settlement bill as a PDF (or PNG) for people: selectable text, embedded font, and in tables of
/// many pages the sum so far at the foot and the head of each. The same bill and form give the same
/// bytes wherever the font and the libraries are the same.
/// @retval What check_bill() refuses; kPaperFontMissing, kPaperFault, kPaperPageMissing.
/// About 3 s for 10,000 lines on one core, and so on with more. Thread-safe; each thread
/// keeps the font in memory.
Result<std::string> print_bill(const v1::SettlementBill& bill, const PaperForm& form);

/// The same for a statement of account.
/// @retval What check_account_statement() refuses; kPaperFontMissing, kPaperFault,
/// kPaperPageMissing.
Result<std::string> print_account_statement(const v1::StatementOfAccount& statement,
                                            const PaperForm& form);

/// The same for a statement of bills.
/// @retval What check_bills_statement() refuses; kPaperFontMissing, kPaperFault,
/// kPaperPageMissing.
Result<std::string> print_bills_statement(const v1::BillsStatement& statement,
                                          const PaperForm& form);

}  // namespace penstock::format
