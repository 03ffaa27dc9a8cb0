#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <string>
#include <utility>

#include "advise/intent/names.h"
#include "advise/recommend/error.h"
#include "advise/recommend/market.h"
#include "advise/recommend/shipped.h"
#include "base/try.h"
#include "format/csv_table.h"

namespace penstock::recommend {

namespace {

constexpr std::string_view kYear = "2023";

struct Factor {
    std::uint32_t g_per_kwh = 0;
    std::string source;
};

/// A cell by its column's name; empty where there is no such column.
std::string_view cell(const format::CsvTable& table, std::size_t row, std::string_view column) {
    const auto at = table.find_column(column);
    return at ? table.field(row, *at).text : std::string_view();
}

/// A decimal number times a power of ten, rounded to the nearest; empty where it is none.
std::optional<std::int64_t> scaled(std::string_view text, double factor) {
    try {
        std::size_t used = 0;
        const double value = std::stod(std::string(text), &used);
        if (used != text.size() || !(value >= 0) || value > 1e9) return std::nullopt;
        return std::llround(value * factor);
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

/// Of each province's grid on average, by its short Chinese name.
Result<std::map<std::string, Factor, std::less<>>> read_factors() {
    TRY_ASSIGN(const auto table,
               format::CsvTable::read(grid_factors_csv(), {}, "grid_factors_cn.csv"));
    std::map<std::string, Factor, std::less<>> factors;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        if (cell(table, row, "level") != "province" || cell(table, row, "data_year") != kYear)
            continue;
        const auto grams = scaled(cell(table, row, "kgco2_per_kwh"), 1'000);
        if (!grams) return reject(kMarketBroken, "kgco2_per_kwh", "grid_factors_cn.csv");
        factors[std::string(cell(table, row, "region"))] = {
            static_cast<std::uint32_t>(*grams),
            std::string(cell(table, row, "source")) + ", data of " + std::string(kYear)};
    }
    return factors;
}

}  // namespace

Result<std::vector<MarketPlace>> read_places(std::span<const std::string> ids) {
    TRY_ASSIGN(const auto factors, read_factors());
    std::vector<MarketPlace> places;
    for (const std::string& id : ids) {
        MarketPlace place{.id = id};
        const auto point = std::ranges::find(intent::city_points(), id, &intent::CityPoint::id);
        if (point != intent::city_points().end()) place.delay_id = delay_id_of(*point);
        const intent::NamedPlace* province = intent::province_of(id);
        const auto factor = province == nullptr ? factors.end() : factors.find(province->name_zh);
        if (factor != factors.end()) {
            place.carbon_g_per_kwh = factor->second.g_per_kwh;
            place.carbon_source = factor->second.source;
        }
        places.push_back(std::move(place));
    }
    return places;
}

Result<Market> reference_market(const estimate::ChipTable& chips, Instant now) {
    Market market{.name = "reference", .is_reference = true};
    std::vector<std::string> cities;
    for (const intent::CityPoint& point : intent::city_points()) cities.push_back(point.id);
    TRY_ASSIGN(market.places, read_places(cities));
    TRY_ASSIGN(const auto prices, format::CsvTable::read(prices_csv(), {}, "prices.csv"));
    std::map<std::string, std::uint32_t, std::less<>> by_model;
    std::size_t left_out = 0;
    for (std::size_t row = 0; row < prices.rows(); ++row) {
        // Prices abroad are in other money, and of places whose delays we do not know.
        if (cell(prices, row, "currency") != "CNY") continue;
        const auto chip = chips.find(cell(prices, row, "accelerator"));
        const auto price = scaled(cell(prices, row, "price_per_gpu_hour"), kMicrosPerUnit);
        if (!price) return reject(kMarketBroken, "price_per_gpu_hour", "prices.csv");
        if (!chip) {
            ++left_out;
            continue;
        }
        const auto [known, is_new] =
            by_model.try_emplace(chip->model, static_cast<std::uint32_t>(market.chips.size()));
        if (is_new)
            market.chips.push_back(
                {.chip = *chip, .ids = ids_of(*chip), .domestic = is_domestic(*chip)});
        for (std::uint32_t place = 0; place < market.places.size(); ++place) {
            Offer offer;
            offer.id = "ref_" + std::to_string(row + 1) + "_" + market.places[place].id;
            offer.supplier = std::string(cell(prices, row, "provider"));
            offer.place = place;
            offer.chip = known->second;
            offer.free = {{now, kReferenceCards}};
            offer.currency = *Currency::parse("CNY");
            offer.card_hour = Money{*price};
            offer.bytes_in_per_second = kReferenceBytesPerSecond;
            offer.pue_milli = kReferencePueMilli;
            offer.jurisdiction = "CN";
            offer.source = "data/tables/prices.csv: " + std::string(cell(prices, row, "source"));
            market.offers.push_back(std::move(offer));
        }
    }
    const auto note = [&market](std::string chinese, std::string english) {
        v1::BilingualText& text = market.notes.emplace_back();
        text.set_chinese(std::move(chinese));
        text.set_english(std::move(english));
    };
    note("参考数据：公开的目录价（可信度低），不是报价，不能下单。",
         "Reference data: published list prices of low confidence, not offers. Nothing can be "
         "ordered.");
    note(
        "参考市场假定每个价格在每个地点都有 4096 张空闲卡、10 Gbit/s 入口带宽、PUE "
        "1.5；搬运数据的价格"
        "未知，不计入。",
        "The reference market assumes 4,096 free cards of every price at every place, 10 Gbit/s "
        "inwards and a PUE of 1.5. What moving data costs is not known and not counted.");
    const std::string count = std::to_string(left_out);
    if (left_out > 0)
        note("有 " + count + " 个价格的芯片不在芯片表中，未列入。",
             count + (left_out == 1 ? " price is of a chip" : " prices are of chips") +
                 " that the table of chips lacks; left out.");
    return market;
}

}  // namespace penstock::recommend
