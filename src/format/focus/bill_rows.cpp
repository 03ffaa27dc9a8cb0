#include "format/focus/bill_rows.h"

#include <map>
#include <string>
#include <utility>

#include "base/try.h"
#include "base/wide.h"
#include "format/focus/error.h"

namespace penstock::focus {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

/// How FOCUS names what a price is for, and the service that it belongs to.
struct UnitWords {
    const char* unit;
    const char* meter;
    const char* service;
    const char* category;
    const char* subcategory;
};

UnitWords words_of(v1::PriceUnit unit) {
    constexpr const char* kAi = "AI and Machine Learning";
    switch (unit) {
        case v1::PRICE_UNIT_CARD_HOUR:
            return {"Card-Hours", "Card Hours", "Accelerators", kAi, "AI Platforms"};
        case v1::PRICE_UNIT_CORE_HOUR:
            return {"Core-Hours", "Core Hours", "Cores", "Compute", "Virtual Machines"};
        case v1::PRICE_UNIT_NODE_MONTH:
            return {"Node-Months", "Node Months", "Nodes", "Compute", "Virtual Machines"};
        case v1::PRICE_UNIT_GB_MONTH:
            return {"GB-Months", "Storage", "Storage", "Storage", "Storage Platforms"};
        case v1::PRICE_UNIT_GB_MOVED:
            return {"GB", "Traffic", "Network", "Networking", "Network Connectivity"};
        case v1::PRICE_UNIT_MILLION_TOKENS:
            return {"1000000 Tokens", "Tokens", "Models", kAi, "Generative AI"};
        case v1::PRICE_UNIT_JOB:
            return {"Jobs", "Jobs", "Jobs", "Compute", "Other (Compute)"};
        case v1::PRICE_UNIT_PORT_DAY:
            return {"Port-Days", "Port Days", "Network", "Networking", "Network Connectivity"};
        case v1::PRICE_UNIT_PORT_WEEK:  // The standard counts time in no weeks.
            return {"Port Weeks", "Port Weeks", "Network", "Networking", "Network Connectivity"};
        case v1::PRICE_UNIT_PORT_MONTH:
            return {"Port-Months", "Port Months", "Network", "Networking", "Network Connectivity"};
        default:
            return {"Units", "Units", "Compute services", "Other", "Other (Other)"};
    }
}

const char* words_of(v1::SettlementLineKind kind) {
    switch (kind) {
        case v1::SETTLEMENT_LINE_COVERED:
            return "covered by prepaid blocks";
        case v1::SETTLEMENT_LINE_RERATED:
            return "rerated to the volume's price";
        case v1::SETTLEMENT_LINE_BLOCK:
            return "prepaid blocks";
        case v1::SETTLEMENT_LINE_ESTIMATED:
            return "estimated";
        case v1::SETTLEMENT_LINE_SHORTFALL:
            return "committed and not used";
        case v1::SETTLEMENT_LINE_FEE:
            return "fee";
        case v1::SETTLEMENT_LINE_SLA_CREDIT:
            return "SLA credit";
        case v1::SETTLEMENT_LINE_RESULT_CREDIT:
            return "results above their band";
        case v1::SETTLEMENT_LINE_REFUND:
            return "refund";
        case v1::SETTLEMENT_LINE_CORRECTION:
            return "correction";
        default:
            return "usage";
    }
}

Interval interval_of(const v1::Interval& interval) {
    return {Instant{interval.start_ns()}, Instant{interval.end_ns()}};
}

/// Widened to whole seconds.
Interval whole_seconds(const Interval& period) {
    return {Instant{period.start.ns / kSecond * kSecond},
            Instant{(period.end.ns + kSecond - 1) / kSecond * kSecond}};
}

ChargeCategory category_of(const v1::SettlementLine& line) {
    const bool is_priced =
        line.unit() != v1::PRICE_UNIT_UNSPECIFIED && line.unit_price_micros() >= 0;
    switch (line.kind()) {
        case v1::SETTLEMENT_LINE_USAGE:
        case v1::SETTLEMENT_LINE_COVERED:
        case v1::SETTLEMENT_LINE_ESTIMATED:
            return is_priced ? ChargeCategory::usage : ChargeCategory::adjustment;
        case v1::SETTLEMENT_LINE_BLOCK:
            return is_priced ? ChargeCategory::purchase : ChargeCategory::adjustment;
        case v1::SETTLEMENT_LINE_SLA_CREDIT:
        case v1::SETTLEMENT_LINE_RESULT_CREDIT:
        case v1::SETTLEMENT_LINE_REFUND:
            return ChargeCategory::credit;
        default:
            return ChargeCategory::adjustment;
    }
}

/// The blocks of a component, spread over what they covered as the quantities are.
struct Blocks {
    Wide paid = 0;
    Wide covered = 0;  ///< Nanos, of all lines.
    Wide passed = 0;   ///< Of the lines so far.
};
using BlocksByComponent = std::map<std::pair<std::string, std::string>, Blocks>;

class Rows {
  public:
    explicit Rows(const v1::SettlementBill& bill) : bill_(bill) {
        for (const v1::PaperParty& supplier : bill.suppliers())
            names_[supplier.party()] = supplier.name();
        for (const v1::BilledContract& contract : bill.contracts())
            contracts_[contract.contract()] = &contract;
        for (const v1::SettlementLine& line : bill.lines()) {
            Blocks& blocks = blocks_[{line.contract(), line.component()}];
            if (category_of(line) == ChargeCategory::purchase) blocks.paid += line.amount_micros();
            if (is_covered(line)) blocks.covered += line.quantity_nanos();
        }
    }

    std::vector<FocusRow> make() {
        for (const v1::SettlementLine& line : bill_.lines()) add_line(line);
        if (bill_.tax_basis() == v1::TAX_BASIS_EXCLUDED)
            for (const v1::TaxLine& tax : bill_.taxes()) add_tax(tax);
        if (bill_.rounding_micros() != 0)
            add_other(bill_.issuer().name(), ChargeCategory::adjustment, "Rounding to the fen",
                      bill_.rounding_micros());
        return std::move(rows_);
    }

  private:
    static bool is_covered(const v1::SettlementLine& line) {
        return line.kind() == v1::SETTLEMENT_LINE_COVERED && line.quantity_nanos() > 0;
    }
    bool is_note() const { return bill_.kind() == v1::SETTLEMENT_CREDIT_NOTE; }

    /// Also who issues the invoice, as the standard wants it.
    std::string name_of(const std::string& seller) const {
        const auto found = names_.find(seller);
        return found == names_.end() || seller == bill_.issuer().party() ? bill_.issuer().name()
                                                                         : found->second;
    }

    FocusRow row(const std::string& seller, const std::string& publisher) const {
        FocusRow made;
        made.provider_name = made.invoice_issuer_name = seller;
        made.publisher_name = publisher;
        made.invoice_id = "bill_" + std::to_string(bill_.number());
        const std::string& buyer = bill_.buyer().party();
        made.billing_account = {buyer.empty() ? bill_.buyer().name() : buyer, bill_.buyer().name(),
                                "Party"};
        if (const auto currency = Currency::parse(bill_.currency()))
            made.billing_currency = *currency;
        made.billing_period = whole_seconds(interval_of(bill_.period()));
        made.charge_period = made.billing_period;
        made.charge_class = is_note() ? ChargeClass::correction : ChargeClass::first;
        made.frequency = ChargeFrequency::one_time;
        const UnitWords words = words_of(v1::PRICE_UNIT_UNSPECIFIED);
        made.service_name = words.service;
        made.service_category = words.category;
        made.service_subcategory = words.subcategory;
        return made;
    }

    void add_other(const std::string& seller, ChargeCategory category, std::string description,
                   std::int64_t micros) {
        FocusRow made = row(seller, seller);
        made.category = category;
        made.description = std::move(description);
        made.billed_cost = made.effective_cost = Money{micros};
        rows_.push_back(std::move(made));
    }

    void add_tax(const v1::TaxLine& tax) {
        add_other(name_of(tax.seller()), ChargeCategory::tax,
                  "VAT, basis points: " + std::to_string(tax.tax_basis_points()), tax.tax_micros());
    }

    void add_line(const v1::SettlementLine& line) {
        const auto found = contracts_.find(line.contract());
        const v1::BilledContract* contract = found == contracts_.end() ? nullptr : found->second;
        const std::string seller = name_of(contract ? contract->seller() : bill_.issuer().party());
        FocusRow made = row(seller, contract ? name_of(contract->supplier()) : seller);
        made.category = category_of(line);
        made.description = line.component();
        for (const std::string& part : {line.band(), line.subject()})
            if (!part.empty()) made.description += ", " + part;
        made.description += std::string(": ") + words_of(line.kind());
        if (line.has_used()) made.charge_period = interval_of(line.used());
        made.billed_cost = made.effective_cost = Money{line.amount_micros()};
        const UnitWords words = words_of(line.unit());
        made.service_name = words.service;
        made.service_category = words.category;
        made.service_subcategory = words.subcategory;
        price(line, contract, words, made);
        if (line.has_energy_kwh_micros()) made.energy_kwh_micros = line.energy_kwh_micros();
        if (line.has_carbon_kg_micros()) made.carbon_kg_micros = line.carbon_kg_micros();
        if (line.has_pflop_hours_micros()) made.pflop_hours_micros = line.pflop_hours_micros();
        if (contract != nullptr) {
            made.resource = line.subject().starts_with("att_")
                                ? Named{line.subject(), line.subject(), "Attempt"}
                                : Named{contract->contract(), contract->contract(), "Contract"};
            made.tags = {{"x_contract", contract->contract()}};
            if (!contract->order().empty()) made.tags.emplace_back("x_order", contract->order());
        }
        rows_.push_back(std::move(made));
    }

    void price(const v1::SettlementLine& line, const v1::BilledContract* contract,
               const UnitWords& words, FocusRow& made) {
        const bool is_usage = made.category == ChargeCategory::usage;
        if (!is_usage && made.category != ChargeCategory::purchase) return;
        made.frequency = !is_usage                               ? ChargeFrequency::recurring
                         : line.unit() == v1::PRICE_UNIT_ONE_OFF ? ChargeFrequency::one_time
                                                                 : ChargeFrequency::usage_based;
        Pricing pricing;
        pricing.quantity = {line.quantity_nanos()};
        pricing.unit = words.unit;
        pricing.list_unit_price = Money{line.unit_price_micros()};
        pricing.contracted_unit_price = Money{line.unit_price_micros()};
        pricing.sku_meter = words.meter;
        pricing.sku_id = line.component();
        pricing.sku_price_id = line.component();
        if (contract != nullptr) {
            const std::string& product = contract->product();
            pricing.sku_id =
                (product.empty() ? contract->contract() : product) + ": " + line.component();
            pricing.sku_price_id = contract->contract() + " v" +
                                   std::to_string(contract->price_version()) + " " +
                                   line.component() + " " + line.band();
        }
        made.pricing = std::move(pricing);
        Blocks& blocks = blocks_[{line.contract(), line.component()}];
        if (!is_usage) {
            // Blocks that covered nothing bear their cost in no row: it shows as unused.
            made.effective_cost = Money{0};
            return;
        }
        made.consumption = Consumption{{line.quantity_nanos()}, words.unit};
        if (!is_covered(line)) return;
        const Wide before = blocks.paid * blocks.passed / blocks.covered;
        blocks.passed += line.quantity_nanos();
        const Wide until = blocks.paid * blocks.passed / blocks.covered;
        made.effective_cost += Money{static_cast<std::int64_t>(until - before)};
    }

    const v1::SettlementBill& bill_;
    std::map<std::string, std::string> names_;
    std::map<std::string, const v1::BilledContract*> contracts_;
    BlocksByComponent blocks_;
    std::vector<FocusRow> rows_;
};

}  // namespace

Result<std::vector<FocusRow>> focus_rows(const v1::SettlementBill& bill) {
    if (bill.period().end_ns() > kLastInstant.ns - kSecond)
        return reject(kFocusRowInvalid, "period", "It ends too late.");
    return Rows(bill).make();
}

}  // namespace penstock::focus
