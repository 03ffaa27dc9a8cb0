#pragma once

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

#include "format/csv_table.h"
#include "format/focus/focus_row.h"
#include "format/focus/rule_table.h"

namespace penstock::focus {

inline constexpr Instant kMay{1'777'593'600'000'000'000};   // 2026-05-01
inline constexpr Instant kJune{1'780'272'000'000'000'000};  // 2026-06-01

/// Two card-hours and a bit, with all that a row can say.
inline FocusRow usage_row() {
    FocusRow row;
    row.provider_name = row.invoice_issuer_name = "上海算力交易中心";
    row.publisher_name = "Pudong Compute Co., Ltd.";
    row.invoice_id = "SB-2026-05-000001";
    row.billing_account = {"pty_7", "某某智能, \"AI\"", "Party"};
    row.sub_account = Named{"prj_3", "训练", "Project"};
    row.billing_currency = *Currency::parse("CNY");
    row.billing_period = {kMay, kJune};
    row.charge_period = {kMay + seconds(3'600), kMay + seconds(7'201)};
    row.description = "H200, 2 cards";
    row.billed_cost = Money{57'616'000};
    row.effective_cost = Money{57'616'000};
    row.pricing =
        Pricing{.quantity = {2'000'555'555},
                .unit = "Card-Hours",
                .list_unit_price = Money{32'000'000},
                .contracted_unit_price = Money{28'800'000},
                .sku_id = "sku_9",
                .sku_price_id = "plan_4_v2",
                .sku_meter = "Card Hours",
                .sku_details = {{"GpuCount", std::int64_t{2}}, {"x_Precision", "FP16 dense"}}};
    row.consumption = Consumption{{2'000'555'555}, "Card-Hours"};
    row.service_name = "Accelerators";
    row.resource = Named{"tsk_12", "训练-1", "Task"};
    row.region = Named{"cn-sh", "上海"};
    row.availability_zone = "cn-sh-pudong";
    row.reservation = Reservation{"ctr_42", ReservationStatus::used};
    row.tags = {{"team", "nlp"}};
    row.pflop_hours_micros = 1'978'549;
    row.energy_kwh_micros = 2'450'000;
    row.carbon_kg_micros = 1'029'000;
    return row;
}

/// VAT on a bill.
inline FocusRow tax_row() {
    FocusRow row = usage_row();
    row.category = ChargeCategory::tax;
    row.frequency = ChargeFrequency::one_time;
    row.description = "VAT 6 %";
    row.billed_cost = row.effective_cost = Money{3'460'000};
    row.pricing.reset();
    row.consumption.reset();
    row.resource.reset();
    row.reservation.reset();
    row.tags.clear();
    row.pflop_hours_micros.reset();
    return row;
}

/// A prepaid block, which later usage bears.
inline FocusRow purchase_row() {
    FocusRow row = usage_row();
    row.category = ChargeCategory::purchase;
    row.frequency = ChargeFrequency::one_time;
    row.billed_cost = Money{1'000'000'000};
    row.effective_cost = Money{0};
    row.pricing->quantity = {100'000'000'000};
    row.pricing->list_unit_price = row.pricing->contracted_unit_price = Money{10'000'000};
    row.pricing->sku_id = "sku_10";
    row.pricing->sku_price_id = "plan_5_v1";
    row.consumption.reset();
    row.sub_account.reset();
    row.service_name = "Cores";
    row.service_category = "Compute";
    row.service_subcategory = "Virtual Machines";
    row.reservation->status = ReservationStatus::unused;
    return row;
}

/// A price that was wrong, put right by a row of its own.
inline FocusRow correction_row() {
    FocusRow row = usage_row();
    row.charge_class = ChargeClass::correction;
    row.description = "Correction of SB-2026-04-000007";
    row.billed_cost = row.effective_cost = Money{-1'250'001};
    row.pricing->quantity = {-500'000'000};
    row.consumption.reset();
    return row;
}

/// Money back for missed service.
inline FocusRow credit_row() {
    FocusRow row = tax_row();
    row.category = ChargeCategory::credit;
    row.description = "SLA credit";
    row.billed_cost = row.effective_cost = Money{-5'000'000};
    row.region.reset();
    row.availability_zone.clear();
    return row;
}

inline Result<format::CsvTable> read_table(std::string_view text) {
    return format::CsvTable::read(text, {}, "bill.csv");
}

inline std::string file_text(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// Where the official files are: under PENSTOCK_DATA, or in shared/data beside a folder above this
/// one; none when they are not on this machine.
inline std::optional<std::filesystem::path> focus_data() {
    std::error_code ignored;
    if (const char* named = std::getenv("PENSTOCK_DATA"))
        return std::filesystem::path(named) / "focus";
    for (auto folder = std::filesystem::current_path(); folder != folder.parent_path();
         folder = folder.parent_path()) {
        const auto found = folder / "shared" / "data" / "focus";
        if (std::filesystem::exists(found, ignored)) return found;
    }
    return std::nullopt;
}

inline RuleFiles official_files(const std::filesystem::path& folder) {
    return {.rules_csv = file_text(folder / "focus_rules_v1_2.csv"),
            .columns_csv = file_text(folder / "focus_columns_v1_2.csv"),
            .parents_json = file_text(folder / "focus_servicesubcategory_parents.json")};
}

}  // namespace penstock::focus
