#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "advise/delay/error.h"
#include "advise/delay/estimate.h"

namespace penstock::delay {
namespace {

constexpr const char* kHeader = "from,to,kind,network,delay_us,measured_on,source\n";

std::size_t place(std::string_view name) {
    return *Places::shipped().find(name);
}

Measurements measured(const std::string& rows) {
    auto read = Measurements::parse(kHeader + rows, Places::shipped(), "m.csv");
    EXPECT_TRUE(read) << read.error().message();
    return *std::move(read);
}

Error refusal(const std::string& rows) {
    return Measurements::parse(kHeader + rows, Places::shipped(), "m.csv").error();
}

TEST(Places, are_found_by_all_their_names) {
    EXPECT_EQ(place("SHANGHAI"), place("上海市"));
    EXPECT_EQ(place("xian"), place("西安"));
    EXPECT_EQ(place("Xi'an"), place("Xi’an"));
    EXPECT_EQ(place("urumqi"), place("乌鲁木齐"));
    EXPECT_EQ(place("青浦"), place("Qingpu"));
    EXPECT_EQ(Places::shipped().all()[place("北京")].province, "北京市");
    EXPECT_NE(place("重庆"), place("重庆集群"));
}

TEST(Places, an_unknown_one_is_refused_with_the_nearest) {
    const auto refused = Places::shipped().find("Shanhai");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().number(), kPlaceUnknown.number);
    EXPECT_NE(refused.error().detail().find("Shanghai 上海"), std::string::npos);
    EXPECT_FALSE(Places::shipped().find(""));
    EXPECT_FALSE(Places::shipped().find(std::string(100'000, 'x')));
    EXPECT_FALSE(Places::shipped().find("\xff"));
}

TEST(Places, a_table_with_a_wrong_place_is_refused_by_column) {
    const auto field = [](const std::string& row) {
        const auto read = Places::parse(
            "name_zh,name_en,province,kind,lat,lon,source\n甲,A,省,capital,1,2,s\n" + row + "\n",
            "p");
        return read ? std::string("none") : read.error().field();
    };
    EXPECT_EQ(field("乙,B,省,other,-90,180,s"), "none");
    EXPECT_EQ(field("乙,a,省,other,1,2,s"), "name_en");
    EXPECT_EQ(field("甲市,B,省,other,1,2,s"), "name_zh");
    EXPECT_EQ(field("乙,B,省,other,90.1,2,s"), "lat");
    EXPECT_EQ(field("乙,B,省,other,1e1,2,s"), "lat");
    EXPECT_EQ(field("乙,B,省,other,1,.5,s"), "lon");
    EXPECT_EQ(field("乙,B,省,other,1,-180.000001,s"), "lon");
    EXPECT_EQ(field("乙,B,省,other,1,2,"), "source");
}

TEST(Places, great_circles_agree_with_the_table) {
    const auto& all = Places::shipped().all();
    // gc_km_from_shanghai of the same table, which was computed elsewhere.
    const std::map<std::string, std::int64_t> kKilometreTenths{
        {"Beijing", 10'683}, {"Lhasa", 29'066}, {"Suzhou", 825}, {"Haikou", 16'677}};
    for (const auto& [name, tenths] : kKilometreTenths)
        EXPECT_NEAR(static_cast<double>(great_circle_m(all[place("上海")], all[place(name)])),
                    static_cast<double>(tenths * 100), 60)
            << name;
    EXPECT_EQ(great_circle_m(all[0], all[0]), 0);
    Place pole{.name_zh = {},
               .name_en = {},
               .province = {},
               .kind = {},
               .latitude = 90'000'000,
               .longitude = 0,
               .source = {}};
    Place other = pole;
    other.latitude = -90'000'000;
    EXPECT_NEAR(static_cast<double>(great_circle_m(pole, other)), 20'015'087, 1);
}

TEST(Delay, the_model_is_labelled_and_whole_microseconds) {
    const Model& model = shipped_models().front();
    EXPECT_EQ(model.one_way_us(0, Network::same), 1700);
    EXPECT_EQ(model.one_way_us(20'000, Network::same), 1870);
    EXPECT_EQ(model.one_way_us(20'000, Network::cross), 2630);
    const Delays delays =
        estimate(Places::shipped(), {}, model, {place("shanghai"), place("hefei")});
    EXPECT_EQ((delays.one_way.us + 5) / 10, 512);
    EXPECT_EQ(delays.round_trip.us, 2 * delays.one_way.us);
    EXPECT_EQ(delays.one_way.basis, Basis::modelled);
    EXPECT_NE(delays.one_way.source.find("fit over provincial capitals"), std::string::npos);
    EXPECT_EQ(find_model("man").error().number(), kModelUnknown.number);
}

TEST(Delay, the_mean_over_the_other_capitals_is_the_published_one) {
    std::int64_t sum = 0;
    std::int64_t count = 0;
    for (const Reach& reach : reaches(Places::shipped(), {}, shipped_models().front(),
                                      place("shanghai"), Network::same)) {
        if (!Places::shipped().all()[reach.place].is_capital()) continue;
        sum += reach.delays.one_way.us;
        ++count;
    }
    EXPECT_EQ(count, 30);
    EXPECT_EQ((sum / count + 5) / 10, 1266);
}

TEST(Delay, a_measurement_comes_before_the_model) {
    const auto& places = Places::shipped();
    const Model& model = shipped_models().front();
    const Path path{place("shanghai"), place("beijing")};
    const Path back{path.to, path.from};
    const auto rtt = measured(
        "北京,上海,rtt,same,26000,2026-01-02,old\n"
        "上海,Beijing,rtt,same,25001,2026-03-04,probe A\n");
    const Delays delays = estimate(places, rtt, model, path);
    EXPECT_EQ(delays.round_trip.us, 25'001);
    EXPECT_EQ(delays.round_trip.basis, Basis::measured);
    EXPECT_EQ(delays.round_trip.source, "probe A, 2026-03-04");
    EXPECT_EQ(delays.one_way.us, 12'501);
    EXPECT_EQ(delays.one_way.basis, Basis::modelled);
    EXPECT_NE(delays.one_way.source.find("half of the round trip"), std::string::npos);
    EXPECT_EQ(estimate(places, rtt, model, back).round_trip.us, 25'001);
    // Of another network nothing was measured.
    EXPECT_EQ(estimate(places, rtt, model, {path.from, path.to, Network::cross}).round_trip.basis,
              Basis::modelled);

    const auto there = measured("上海,北京,one-way,same,11000,2026-01-02,p\n");
    EXPECT_EQ(estimate(places, there, model, path).one_way.basis, Basis::measured);
    EXPECT_EQ(estimate(places, there, model, path).round_trip.us, 22'000);
    EXPECT_EQ(estimate(places, there, model, path).round_trip.basis, Basis::modelled);
    EXPECT_EQ(estimate(places, there, model, back).one_way.basis, Basis::modelled);
    const auto both = measured(
        "上海,北京,one-way,same,11000,2026-01-02,p\n"
        "北京,上海,one-way,same,12000,2026-01-02,q\n");
    EXPECT_EQ(estimate(places, both, model, path).round_trip.us, 23'000);
    EXPECT_EQ(estimate(places, both, model, path).round_trip.basis, Basis::measured);
}

TEST(Delay, a_table_may_be_empty) {
    EXPECT_TRUE(measured("").all().empty());
}

TEST(Delay, impossible_measurements_are_refused_by_column) {
    EXPECT_EQ(refusal("上海,北京,both,same,20000,2026-01-02,p\n").field(), "kind");
    EXPECT_EQ(refusal("上海,北京,rtt,any,20000,2026-01-02,p\n").field(), "network");
    EXPECT_EQ(refusal("上海,北京,rtt,same,-1,2026-01-02,p\n").field(), "delay_us");
    EXPECT_EQ(refusal("上海,北京,rtt,same,25.5,2026-01-02,p\n").field(), "delay_us");
    EXPECT_EQ(refusal("上海,北京,rtt,same,10000001,2026-01-02,p\n").field(), "delay_us");
    EXPECT_EQ(refusal("上海,北京,rtt,same,20000,2026-02-30,p\n").field(), "measured_on");
    EXPECT_EQ(refusal("上海,北京,rtt,same,20000,2026-1-2,p\n").field(), "measured_on");
    EXPECT_EQ(refusal("上海,北京,rtt,same,20000,2026-01-02,\n").field(), "source");
    EXPECT_EQ(refusal("上海,Atlantis,rtt,same,20000,2026-01-02,p\n").field(), "to");
    // Light in vacuum takes 7.1 ms there and back: 25 would be milliseconds.
    EXPECT_EQ(refusal("上海,北京,rtt,same,25,2026-01-02,p\n").field(), "delay_us");
    EXPECT_EQ(refusal("上海,北京,rtt,same,7000,2026-01-02,p\n").field(), "delay_us");
    EXPECT_EQ(measured("上海,北京,one-way,same,7000,2026-01-02,p\n").all().size(), 1U);
    EXPECT_EQ(refusal("上海,北京,rtt,same,20000,2026-01-02,p\n"
                      "北京,上海,rtt,same,20001,2026-01-02,p\n")
                  .field(),
              "measured_on");
    EXPECT_FALSE(Measurements::parse("from,to\n", Places::shipped(), "m.csv"));
}

/// The provinces that are named for each circle around Shanghai, and no more.
const std::map<std::int64_t, std::set<std::string>> kNamed{
    {5'000, {"上海市", "江苏省", "浙江省", "安徽省"}},
    {10'000, {"江西省", "山东省", "湖北省", "河南省", "福建省", "湖南省"}},
    {20'000,
     {"北京市", "天津市", "河北省", "四川省", "重庆市", "广东省", "贵州省", "甘肃省",
      "宁夏回族自治区", "内蒙古自治区", "广西壮族自治区", "辽宁省", "海南省", "陕西省", "山西省",
      "吉林省", "云南省"}},
};

/// Named provinces whose capital lies in another circle.
std::map<std::string, std::int64_t> misses(const Model& model) {
    std::map<std::string, std::int64_t> result;
    const auto& places = Places::shipped();
    for (const Reach& reach : reaches(places, {}, model, place("上海"), Network::same)) {
        if (!places.all()[reach.place].is_capital()) continue;
        for (const auto& [circle, provinces] : kNamed) {
            if (provinces.contains(places.all()[reach.place].province) && circle != reach.circle_us)
                result[places.all()[reach.place].name_en] = (reach.delays.one_way.us + 5) / 10;
        }
    }
    return result;
}

TEST(DelayCircles, the_default_model_misses_two_of_the_named_provinces) {
    const std::map<std::string, std::int64_t> kMissed{{"Hefei", 512}, {"Tianjin", 988}};
    EXPECT_EQ(misses(*find_model("mean").value()), kMissed);
}

TEST(DelayCircles, the_model_of_circles_misses_none) {
    EXPECT_TRUE(misses(*find_model("circles").value()).empty());
}

TEST(DelayCircles, come_nearest_first_and_a_measurement_moves_a_place) {
    const auto& places = Places::shipped();
    const auto rows = measured("上海,合肥,one-way,same,4900,2026-01-02,p\n");
    const auto listed =
        reaches(places, rows, shipped_models().front(), place("上海"), Network::same);
    EXPECT_EQ(listed.size(), places.all().size() - 1);
    for (std::size_t i = 1; i < listed.size(); ++i)
        EXPECT_LE(listed[i - 1].delays.one_way.us, listed[i].delays.one_way.us);
    for (const Reach& reach : listed) {
        if (reach.place == place("合肥")) {
            EXPECT_EQ(reach.circle_us, 5'000);
        }
        if (reach.place == place("拉萨")) {
            EXPECT_EQ(reach.circle_us, 0);
        }
    }
}

}  // namespace
}  // namespace penstock::delay
