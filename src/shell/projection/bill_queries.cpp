// The reading half of SqliteProjection, of settlement bills and disputes.
#include <map>
#include <string>
#include <utility>

#include "base/try.h"
#include "shell/projection/error.h"
#include "shell/projection/newest_sql.h"
#include "shell/projection/page.h"
#include "shell/projection/sqlite_projection.h"

namespace penstock::projection {

namespace {

constexpr std::size_t kSourcesBytesMax = 32U << 20U;

void bind_page(sqlite::Statement& rows, const Page& page, std::string_view party) {
    rows.bind(1, page.first ? INT64_MAX : static_cast<std::int64_t>(page.after));
    rows.bind(2, std::int64_t{page.size} + 1);
    if (!party.empty()) rows.bind(3, party);
}

}  // namespace

Result<v1::ListSettlementBillsResponse> SqliteProjection::list_settlement_bills(
    std::string_view party, const v1::ListSettlementBillsRequest& request) const {
    TRY_ASSIGN(const Page page, parse_page(request.page()));
    const Newest asked{.table = "settlement_bills",
                       .thing = "contract",
                       .of_party = !party.empty(),
                       .by_thing = !request.contract().empty(),
                       .by_state = request.state() != v1::BILL_STATE_UNSPECIFIED,
                       .from_time = request.from_ns() != 0,
                       .until_time = request.until_ns() != 0};
    const std::lock_guard lock(mutex_);
    TRY_ASSIGN(sqlite::Statement rows, reader_.prepare(newest_sql(asked)));
    bind_page(rows, page, party);
    if (asked.by_thing) rows.bind(4, std::string_view(request.contract()));
    if (asked.by_state) rows.bind(5, std::string_view(v1::BillState_Name(request.state())));
    if (asked.from_time) rows.bind(6, std::int64_t{request.from_ns()});
    if (asked.until_time) rows.bind(7, std::int64_t{request.until_ns()});
    v1::ListSettlementBillsResponse response;
    TRY_ASSIGN(std::string next,
               read_page(table("settlement_bills"), rows, page, *response.mutable_bills()));
    response.mutable_page()->set_next_cursor(std::move(next));
    return response;
}

Result<v1::ListDisputesResponse> SqliteProjection::list_disputes(
    std::string_view party, const v1::ListDisputesRequest& request) const {
    TRY_ASSIGN(const Page page, parse_page(request.page()));
    const Newest asked{.table = "disputes",
                       .thing = "bill",
                       .of_party = !party.empty(),
                       .by_thing = !request.bill().empty(),
                       .by_state = request.state() != v1::DISPUTE_STATE_UNSPECIFIED};
    const std::lock_guard lock(mutex_);
    TRY_ASSIGN(sqlite::Statement rows, reader_.prepare(newest_sql(asked)));
    bind_page(rows, page, party);
    if (asked.by_thing) rows.bind(4, std::string_view(request.bill()));
    if (asked.by_state) rows.bind(5, std::string_view(v1::DisputeState_Name(request.state())));
    v1::ListDisputesResponse response;
    TRY_ASSIGN(std::string next,
               read_page(table("disputes"), rows, page, *response.mutable_disputes()));
    response.mutable_page()->set_next_cursor(std::move(next));
    return response;
}

Result<bool> SqliteProjection::find_row(const char* name, std::uint64_t rank,
                                        google::protobuf::Message& into) const {
    TRY_ASSIGN(sqlite::Statement row,
               reader_.prepare(std::string("SELECT * FROM ") + name + " WHERE rank=?"));
    row.bind_unsigned(1, rank & INT64_MAX);
    TRY_ASSIGN(const bool found, row.step());
    if (found) TRY(table(name).read(row, into));
    return found;
}

Result<v1::Party> SqliteProjection::party(std::string_view party) const {
    const std::lock_guard lock(mutex_);
    v1::Party result;
    TRY_ASSIGN(const bool found, find_row("parties", number_of(party), result));
    if (!found || result.id() != party) return reject(kNotProjected, "party");
    return result;
}

Result<std::vector<ToldBill>> SqliteProjection::told_bills(const BillsAsked& asked) const {
    const std::lock_guard lock(mutex_);
    TRY_ASSIGN(sqlite::Statement rows, reader_.prepare(told_sql(asked.as_supplier)));
    rows.bind(1, std::string_view(asked.party));
    rows.bind(2, asked.from_ns).bind(3, asked.until_ns);
    rows.bind(4, static_cast<std::int64_t>(asked.most) + 1);
    std::map<std::string, std::string> products;
    std::map<std::string, std::string> parties;
    const auto find = [](auto& names, const std::string& id,
                         const auto& read) -> Result<std::string> {
        const auto known = names.find(id);
        if (known != names.end()) return known->second;
        TRY_ASSIGN(std::string name, read(id));
        return names.emplace(id, std::move(name)).first->second;
    };
    std::vector<ToldBill> told;
    while (true) {
        TRY_ASSIGN(const bool more, rows.step());
        if (!more) return told;
        if (told.size() == asked.most) return reject(kBillsTooMany, "from_ns");
        ToldBill& bill = told.emplace_back();
        TRY(table("settlement_bills").read(rows, bill.issued));
        const std::string& other = asked.as_supplier ? bill.issued.buyer() : bill.issued.supplier();
        TRY_ASSIGN(bill.product, find(products, bill.issued.contract(),
                                      [&](const std::string& id) { return product_of(id); }));
        TRY_ASSIGN(bill.counterparty,
                   find(parties, other, [&](const std::string& id) { return name_of_party(id); }));
        const bool is_note = bill.issued.kind() == v1::SETTLEMENT_CREDIT_NOTE;
        bill.subtotal_micros =
            is_note ? bill.issued.charged().micros() : rows.integer(rows.columns() - 1);
    }
}

Result<std::string> SqliteProjection::product_of(const std::string& contract) const {
    v1::Contract found;
    TRY(find_row("contracts", number_of(contract), found));
    v1::Product product;
    TRY(find_row("products", number_of(found.product()), product));
    return product.name();
}

Result<std::string> SqliteProjection::name_of_party(const std::string& party) const {
    v1::Party found;
    TRY(find_row("parties", number_of(party), found));
    return found.name();
}

Result<BillSources> SqliteProjection::bill_sources(std::string_view bill) const {
    const std::lock_guard lock(mutex_);
    BillSources sources;
    TRY_ASSIGN(const bool found, find_row("settlement_bills", number_of(bill), sources.issued));
    if (!found || sources.issued.id() != bill) return reject(kNotProjected, "bill");
    TRY_ASSIGN(const bool has_contract,
               find_row("contracts", number_of(sources.issued.contract()), sources.contract));
    if (!has_contract) return reject(kProjectionDamaged, {}, "A bill without its contract.");
    TRY(find_row("contract_rates", number_of(sources.issued.contract()), sources.rate));
    TRY(read_names(sources));
    TRY(read_plan(sources));
    if (sources.issued.kind() == v1::SETTLEMENT_BILL) {
        TRY(read_charges(sources));
        TRY(read_credit_notes(sources));
    } else {
        TRY(read_dispute(sources));
    }
    return sources;
}

Result<void> SqliteProjection::read_names(BillSources& sources) const {
    TRY_ASSIGN(sources.product, product_of(sources.issued.contract()));
    TRY_ASSIGN(sources.buyer, name_of_party(sources.issued.buyer()));
    TRY_ASSIGN(sources.supplier, name_of_party(sources.issued.supplier()));
    return {};
}

Result<void> SqliteProjection::read_plan(BillSources& sources) const {
    if (!sources.contract.has_price_plan_version()) return {};
    TRY_ASSIGN(sqlite::Statement rows,
               reader_.prepare("SELECT * FROM price_plans WHERE product=? ORDER BY rank"));
    rows.bind(1, std::string_view(sources.contract.product()));
    while (true) {
        TRY_ASSIGN(const bool more, rows.step());
        if (!more) return {};
        v1::PricePlanSet set;
        TRY(table("price_plans").read(rows, set));
        if (set.plan().version() != sources.contract.price_plan_version()) continue;
        sources.plan = set.plan();
        return {};
    }
}

Result<void> SqliteProjection::read_charges(BillSources& sources) const {
    v1::BilledCharges range;
    TRY_ASSIGN(const bool found, find_row("billed_charges", number_of(sources.issued.id()), range));
    if (!found) return reject(kProjectionDamaged, {}, "A bill without its charges.");
    const auto between = [&](const char* name) -> Result<sqlite::Statement> {
        TRY_ASSIGN(sqlite::Statement rows,
                   reader_.prepare(std::string("SELECT * FROM ") + name +
                                   " WHERE contract=? AND rank>? AND rank<=? ORDER BY rank"));
        rows.bind(1, std::string_view(range.contract()));
        rows.bind_unsigned(2, range.after_place()).bind_unsigned(3, range.until_place());
        return rows;
    };
    std::size_t bytes = 0;
    TRY_ASSIGN(sqlite::Statement charges, between("plan_charges"));
    while (true) {
        TRY_ASSIGN(const bool more, charges.step());
        if (!more) break;
        TRY(table("plan_charges").read(charges, sources.by_plan.emplace_back()));
        bytes += sources.by_plan.back().ByteSizeLong();
        if (bytes > kSourcesBytesMax) return reject(kBillTooLong, "bill");
    }
    TRY_ASSIGN(sqlite::Statement lines, between("bill_lines"));
    TRY_ASSIGN(sqlite::Statement attempt,
               reader_.prepare("SELECT agent FROM attempts WHERE rank=?"));
    while (true) {
        TRY_ASSIGN(const bool more, lines.step());
        if (!more) return {};
        BillSources::ByCore& charge = sources.by_core.emplace_back();
        TRY(table("bill_lines").read(lines, charge.line));
        bytes += charge.line.ByteSizeLong();
        if (bytes > kSourcesBytesMax) return reject(kBillTooLong, "bill");
        attempt.bind_unsigned(1, number_of(charge.line.attempt()));
        TRY_ASSIGN(const bool known, attempt.step());
        if (known) charge.agent = attempt.text(0);
        attempt.reset();
    }
}

Result<void> SqliteProjection::read_dispute(BillSources& sources) const {
    TRY_ASSIGN(sqlite::Statement row,
               reader_.prepare("SELECT * FROM disputes WHERE credit_note=? LIMIT 1"));
    row.bind(1, std::string_view(sources.issued.id()));
    TRY_ASSIGN(const bool found, row.step());
    if (!found) return {};
    return table("disputes").read(row, sources.dispute.emplace());
}

Result<void> SqliteProjection::read_credit_notes(BillSources& sources) const {
    TRY_ASSIGN(sqlite::Statement rows,
               reader_.prepare("SELECT * FROM settlement_bills WHERE corrects=? ORDER BY rank"));
    rows.bind(1, std::string_view(sources.issued.id()));
    while (true) {
        TRY_ASSIGN(const bool more, rows.step());
        if (!more) return {};
        TRY(table("settlement_bills").read(rows, sources.credit_notes.emplace_back()));
    }
}

}  // namespace penstock::projection
