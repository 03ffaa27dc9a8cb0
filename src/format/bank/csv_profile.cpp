#include "format/bank/csv_profile.h"

#include <array>
#include <functional>
#include <string>
#include <utility>

#include "base/money.h"
#include "base/text.h"
#include "base/try.h"
#include "format/bank/bank_file.h"
#include "format/bank/bank_values.h"
#include "format/bank/error.h"
#include "format/yaml_tree.h"

namespace penstock::format {

namespace {

using google::protobuf::RepeatedPtrField;

constexpr std::size_t kWordCharactersMax = 64;
constexpr std::size_t kWordsMax = 32;

class ProfileReader {
  public:
    explicit ProfileReader(std::string_view file) : file_(file) {}

    Result<v1::CsvProfile> read(const YamlNode& root) {
        TRY(each_field(root, "a profile", [this](const YamlEntry& entry) { return field(entry); }));
        TRY(check(root.place));
        return std::move(profile_);
    }

    std::unexpected<Error> fail(Place place, std::string_view what) const {
        return file_.fail(kBankProfileInvalid, place, what);
    }

  private:
    /// Gives a field to `take`, which says false when it does not know it.
    using Take = std::function<Result<bool>(const YamlEntry&)>;
    Result<void> each_field(const YamlNode& node, std::string_view what, const Take& take) {
        if (node.kind != YamlKind::mapping) {
            return fail(node.place, std::string(what) + " must be a mapping of names to values");
        }
        for (const YamlEntry& entry : node.entries) {
            TRY_ASSIGN(const bool known, take(entry));
            if (!known) return fail(entry.place, "'" + entry.name + "' is not known here");
        }
        return {};
    }

    Result<bool> field(const YamlEntry& entry) {
        const YamlNode& value = entry.value;
        if (entry.name == "name") return word(value, *profile_.mutable_name());
        if (entry.name == "description") return word(value, *profile_.mutable_description(), 500);
        if (entry.name == "encoding") return encoding(value);
        if (entry.name == "delimiter") return sign(value, *profile_.mutable_delimiter());
        if (entry.name == "quote") return sign(value, *profile_.mutable_quote());
        if (entry.name == "decimal") return sign(value, *profile_.mutable_decimal());
        if (entry.name == "thousands") return sign(value, *profile_.mutable_thousands());
        if (entry.name == "dates") return words(value, *profile_.mutable_dates());
        if (entry.name == "sign") return sign_convention(value);
        if (entry.name == "debit_words") return words(value, *profile_.mutable_debit_words());
        if (entry.name == "credit_words") return words(value, *profile_.mutable_credit_words());
        if (entry.name == "below_zero") return below_zero(value);
        if (entry.name == "order") return order(value);
        if (entry.name == "account") return word(value, *profile_.mutable_account());
        if (entry.name == "currency") return word(value, *profile_.mutable_currency());
        if (entry.name == "currencies") return currencies(value);
        if (entry.name == "columns") return columns(value);
        if (entry.name == "labels") return labels(value);
        return false;
    }

    Result<bool> word(const YamlNode& node, std::string& into,
                      std::size_t longest = kWordCharactersMax) {
        if (node.kind != YamlKind::scalar ||
            !is_label(node.scalar, {.minimum = 1, .maximum = longest})) {
            return fail(node.place, "this must be a text of 1 to " + std::to_string(longest) +
                                        " characters on one line");
        }
        into = node.scalar;
        return true;
    }

    Result<bool> words(const YamlNode& node, RepeatedPtrField<std::string>& into) {
        if (node.kind == YamlKind::scalar) return word(node, *into.Add());
        if (node.kind != YamlKind::sequence || node.items.size() > kWordsMax) {
            return fail(node.place,
                        "this must be a text, or a list of at most " + std::to_string(kWordsMax));
        }
        for (const YamlNode& item : node.items) TRY(word(item, *into.Add()));
        return true;
    }

    Result<bool> sign(const YamlNode& node, std::string& into) {
        const bool fits =
            node.kind == YamlKind::scalar && node.scalar.size() == 1 &&
            ((node.scalar[0] >= ' ' && node.scalar[0] <= '~') || node.scalar[0] == '\t') &&
            !std::isalnum(static_cast<unsigned char>(node.scalar[0]));
        if (!fits) return fail(node.place, "this must be one sign of ASCII, no letter or digit");
        into = node.scalar;
        return true;
    }

    Result<bool> encoding(const YamlNode& node) {
        if (node.scalar == "utf-8") {
            profile_.set_encoding(v1::BANK_ENCODING_UTF_8);
        } else if (node.scalar == "gb18030") {
            profile_.set_encoding(v1::BANK_ENCODING_GB18030);
        } else {
            return fail(node.place, "encoding must be utf-8 or gb18030 (which GBK is part of)");
        }
        return true;
    }

    Result<bool> sign_convention(const YamlNode& node) {
        if (node.scalar == "signed") {
            profile_.set_sign(v1::BANK_SIGN_SIGNED);
        } else if (node.scalar == "two-columns") {
            profile_.set_sign(v1::BANK_SIGN_TWO_COLUMNS);
        } else if (node.scalar == "direction") {
            profile_.set_sign(v1::BANK_SIGN_DIRECTION);
        } else {
            return fail(node.place, "sign must be signed, two-columns or direction");
        }
        return true;
    }

    Result<bool> below_zero(const YamlNode& node) {
        if (node.scalar == "refused") {
            profile_.set_below_zero(v1::BANK_BELOW_ZERO_UNSPECIFIED);
        } else if (node.scalar == "reversal") {
            profile_.set_below_zero(v1::BANK_BELOW_ZERO_REVERSAL);
        } else if (node.scalar == "side") {
            profile_.set_below_zero(v1::BANK_BELOW_ZERO_SIDE);
        } else {
            return fail(node.place, "below_zero must be refused, reversal or side");
        }
        return true;
    }

    Result<bool> order(const YamlNode& node) {
        if (node.scalar != "oldest-first" && node.scalar != "newest-first") {
            return fail(node.place, "order must be oldest-first or newest-first");
        }
        profile_.set_newest_first(node.scalar == "newest-first");
        return true;
    }

    Result<bool> currencies(const YamlNode& node) {
        const auto taken =
            each_field(node, "currencies", [this](const YamlEntry& entry) -> Result<bool> {
                std::string meaning;
                TRY(word(entry.value, meaning));
                if (!Currency::parse(meaning)) {
                    return fail(entry.value.place, "this must be a code such as CNY");
                }
                v1::CsvWord* added = profile_.add_currencies();
                added->set_word(entry.name);
                added->set_meaning(meaning);
                return true;
            });
        TRY(taken);
        return true;
    }

    Result<bool> columns(const YamlNode& node) {
        const auto taken =
            each_field(node, "columns", [this](const YamlEntry& entry) -> Result<bool> {
                if (entry.name == "purpose") {
                    return words(entry.value, *profile_.mutable_purpose_columns());
                }
                return named(
                    entry,
                    {{{"booking_day", profile_.mutable_booking_day_column()},
                      {"value_day", profile_.mutable_value_day_column()},
                      {"amount", profile_.mutable_amount_column()},
                      {"debit", profile_.mutable_debit_column()},
                      {"credit", profile_.mutable_credit_column()},
                      {"direction", profile_.mutable_direction_column()},
                      {"balance", profile_.mutable_balance_column()},
                      {"reference", profile_.mutable_reference_column()},
                      {"end_to_end", profile_.mutable_end_to_end_column()},
                      {"counterparty_name", profile_.mutable_counterparty_name_column()},
                      {"counterparty_account", profile_.mutable_counterparty_account_column()},
                      {"account", profile_.mutable_account_column()},
                      {"currency", profile_.mutable_currency_column()},
                      {"sub_account", profile_.mutable_sub_account_column()}}});
            });
        TRY(taken);
        return true;
    }

    Result<bool> labels(const YamlNode& node) {
        const auto taken =
            each_field(node, "labels", [this](const YamlEntry& entry) -> Result<bool> {
                if (entry.name == "ignored") {
                    return words(entry.value, *profile_.mutable_ignored_labels());
                }
                return named(entry, {{{"account", profile_.mutable_account_label()},
                                      {"currency", profile_.mutable_currency_label()},
                                      {"statement", profile_.mutable_statement_label()},
                                      {"first_day", profile_.mutable_first_day_label()},
                                      {"last_day", profile_.mutable_last_day_label()},
                                      {"opening", profile_.mutable_opening_label()},
                                      {"closing", profile_.mutable_closing_label()},
                                      {"entries", profile_.mutable_entries_label()},
                                      {"debits", profile_.mutable_debits_label()},
                                      {"credits", profile_.mutable_credits_label()}}});
            });
        TRY(taken);
        return true;
    }

    using Names = std::map<std::string_view, std::string*>;
    Result<bool> named(const YamlEntry& entry, const Names& names) {
        const auto found = names.find(entry.name);
        if (found == names.end()) return false;
        return word(entry.value, *found->second);
    }

    void set_defaults() {
        if (profile_.encoding() == v1::BANK_ENCODING_UNSPECIFIED) {
            profile_.set_encoding(v1::BANK_ENCODING_UTF_8);
        }
        if (profile_.delimiter().empty()) profile_.set_delimiter(",");
        if (profile_.quote().empty()) profile_.set_quote("\"");
        if (profile_.decimal().empty()) profile_.set_decimal(".");
        if (profile_.sign() == v1::BANK_SIGN_UNSPECIFIED) profile_.set_sign(v1::BANK_SIGN_SIGNED);
        if (profile_.dates().empty()) profile_.add_dates("YYYY-MM-DD");
    }

    Result<void> check(Place place) {
        set_defaults();
        const v1::CsvProfile& p = profile_;
        if (p.name().empty()) return fail(place, "'name' is missing");
        // The delimiter may stand in amounts that have quotes around them.
        if (p.quote() == p.delimiter() || p.quote() == p.decimal() || p.quote() == p.thousands() ||
            p.thousands() == p.decimal()) {
            return fail(place,
                        "quote and delimiter, decimal or thousands, and these two, cannot be one "
                        "sign");
        }
        for (const std::string& sign : {p.decimal(), p.thousands()}) {
            if (sign == "-" || sign == "+") {
                return fail(place, "decimal and thousands cannot be the sign of an amount");
            }
        }
        for (const std::string& form : p.dates()) {
            if (!is_day_form(form)) {
                return fail(place, "the date form '" + form +
                                       "' must have YYYY, MM and DD once each, such as "
                                       "YYYY-MM-DD, or M and D with no digit behind them");
            }
        }
        if (!p.currency().empty() && !Currency::parse(p.currency())) {
            return fail(place, "currency must be a code such as CNY");
        }
        TRY(require(place, "columns.booking_day", p.booking_day_column()));
        TRY(require(place, "account, labels.account or columns.account",
                    p.account() + p.account_label() + p.account_column()));
        TRY(require(place, "currency, labels.currency or columns.currency",
                    p.currency() + p.currency_label() + p.currency_column()));
        return check_sign(place);
    }

    Result<void> require(Place place, std::string_view name, const std::string& value) {
        if (!value.empty()) return {};
        return fail(place, std::string(name) + " is missing");
    }

    Result<void> check_sign(Place place) {
        const v1::CsvProfile& p = profile_;
        if (p.sign() == v1::BANK_SIGN_TWO_COLUMNS) {
            TRY(require(place, "columns.debit", p.debit_column()));
            TRY(require(place, "columns.credit", p.credit_column()));
            return {};
        }
        TRY(require(place, "columns.amount", p.amount_column()));
        if (p.sign() == v1::BANK_SIGN_SIGNED) return {};
        TRY(require(place, "columns.direction", p.direction_column()));
        if (p.debit_words().empty() || p.credit_words().empty()) {
            return fail(place, "debit_words and credit_words must say how sides are called");
        }
        for (const std::string& debit : p.debit_words()) {
            for (const std::string& credit : p.credit_words()) {
                if (debit == credit) return fail(place, "'" + debit + "' cannot be both sides");
            }
        }
        return {};
    }

    BankFile file_;
    v1::CsvProfile profile_;
};

}  // namespace

Result<v1::CsvProfile> parse_csv_profile(std::string_view text, std::string_view file) {
    const auto tree = parse_yaml(text, file);
    if (!tree) return reject(kBankProfileInvalid, {}, tree.error().detail());
    return ProfileReader(file).read(*tree);
}

}  // namespace penstock::format
