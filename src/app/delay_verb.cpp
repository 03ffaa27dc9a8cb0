#include "delay_verb.h"

#include <boost/json.hpp>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "advise/delay/estimate.h"
#include "app/chart/delay_chart.h"
#include "app/client/print.h"
#include "base/try.h"
#include "fail.h"
#include "files/whole_file.h"

namespace penstock::app {

namespace {

constexpr std::size_t kBytesMax = 16'000'000;

inline constexpr Rejection kDelayPlacesMissing{17036, Code::invalid_argument,
                                               "DELAY_PLACES_MISSING",
                                               "Name two places: penstock delay shanghai beijing."};

struct Arguments {
    std::string from;
    std::string to;
    std::string measurements;
    std::string model{delay::shipped_models().front().name};
    bool cross_network = false;
    bool json = false;
    std::string png_file;
};

/// What both verbs read.
struct Inputs {
    delay::Measurements measurements;
    const delay::Model* model = nullptr;
    delay::Network network = delay::Network::same;
};

Result<Inputs> read_inputs(const Arguments& arguments) {
    Inputs inputs;
    TRY_ASSIGN(inputs.model, delay::find_model(arguments.model));
    if (arguments.cross_network) inputs.network = delay::Network::cross;
    if (arguments.measurements.empty()) return inputs;
    TRY_ASSIGN(const std::string csv, files::read_file(arguments.measurements, kBytesMax));
    TRY_ASSIGN(inputs.measurements,
               delay::Measurements::parse(csv, delay::Places::shipped(), arguments.measurements));
    return inputs;
}

const delay::Place& place_of(std::size_t index) {
    return delay::Places::shipped().all()[index];
}

std::string title(const delay::Place& place) {
    return place.name_zh + " " + place.name_en;
}

std::string milliseconds(std::int64_t us) {
    const std::string part = std::to_string(1000 + us % 1000);
    return std::to_string(us / 1000) + "." + part.substr(1);
}

std::string kilometres(std::int64_t metres) {
    const std::int64_t tenths = (metres + 50) / 100;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

std::string basis_text(delay::Basis basis) {
    return std::string(delay::name(basis)) +
           (basis == delay::Basis::measured ? " (实测)" : " (估算)");
}

boost::json::object json_of(const delay::Delay& delay) {
    return {{"us", delay.us}, {"basis", delay::name(delay.basis)}, {"source", delay.source}};
}

boost::json::object json_of(const delay::Place& place) {
    return {{"nameZh", place.name_zh},
            {"nameEn", place.name_en},
            {"province", place.province},
            {"source", place.source}};
}

boost::json::object json_of(const delay::Delays& delays) {
    return {{"distanceMetres", delays.metres},
            {"oneWay", json_of(delays.one_way)},
            {"roundTrip", json_of(delays.round_trip)}};
}

void print(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
}

void print(boost::json::object object, const Inputs& inputs) {
    object["network"] = inputs.network == delay::Network::same ? "same" : "cross";
    object["model"] = inputs.model->name;
    print(boost::json::serialize(object) + "\n");
}

Result<void> path(const Arguments& arguments) {
    if (arguments.from.empty() || arguments.to.empty()) return reject(kDelayPlacesMissing);
    const delay::Places& places = delay::Places::shipped();
    TRY_ASSIGN(const Inputs inputs, read_inputs(arguments));
    TRY_ASSIGN(const std::size_t from, places.find(arguments.from));
    TRY_ASSIGN(const std::size_t to, places.find(arguments.to));
    const auto delays =
        delay::estimate(places, inputs.measurements, *inputs.model, {from, to, inputs.network});
    if (arguments.json) {
        auto object = json_of(delays);
        object["from"] = json_of(place_of(from));
        object["to"] = json_of(place_of(to));
        print(std::move(object), inputs);
        return {};
    }
    print(title(place_of(from)) + " – " + title(place_of(to)) + ", " + kilometres(delays.metres) +
          " km\n");
    for (const auto& [label, one] : {std::pair("one way 单向", &delays.one_way),
                                     std::pair("round trip 往返", &delays.round_trip)}) {
        print(std::string(label) + ": " + milliseconds(one->us) + " ms, " + basis_text(one->basis) +
              "; " + one->source + "\n");
    }
    return {};
}

std::string circle_text(std::int64_t us) {
    return us == 0 ? "> 20" : std::to_string(us / 1000);
}

Result<void> circles(const Arguments& arguments) {
    const delay::Places& places = delay::Places::shipped();
    TRY_ASSIGN(const Inputs inputs, read_inputs(arguments));
    TRY_ASSIGN(const std::size_t centre, places.find(arguments.from));
    const auto listed =
        delay::reaches(places, inputs.measurements, *inputs.model, centre, inputs.network);
    if (!arguments.png_file.empty()) {
        TRY_ASSIGN(const std::string png,
                   circles_chart(places, centre, listed, *inputs.model, inputs.network));
        TRY(files::write_durably(arguments.png_file, {png}, 0644));
    }
    if (arguments.json) {
        boost::json::array rows;
        for (const delay::Reach& reach : listed) {
            auto row = json_of(reach.delays);
            row["place"] = json_of(place_of(reach.place));
            if (reach.circle_us != 0) row["circleUs"] = reach.circle_us;
            rows.push_back(std::move(row));
        }
        print({{"centre", json_of(place_of(centre))}, {"places", std::move(rows)}}, inputs);
        return {};
    }
    constexpr auto right = client::Table::Align::right;
    client::Table table({{"CIRCLE ms 时延圈", right},
                         {"PLACE 地点"},
                         {"PROVINCE 省份"},
                         {"KM", right},
                         {"ONE WAY ms 单向", right},
                         {"ROUND TRIP ms 往返", right},
                         {"BASIS 依据"}});
    for (const delay::Reach& reach : listed) {
        const delay::Place& place = place_of(reach.place);
        table.add({circle_text(reach.circle_us), title(place), place.province,
                   kilometres(reach.delays.metres), milliseconds(reach.delays.one_way.us),
                   milliseconds(reach.delays.round_trip.us),
                   basis_text(reach.delays.one_way.basis)});
    }
    print("Around " + title(place_of(centre)) + ", one way (单向):\n" + table.text() + "Model \"" +
          inputs.model->name + "\": " + inputs.model->note + "; " + inputs.model->source + "\n");
    return {};
}

void add_common(CLI::App& verb, Arguments& arguments) {
    verb.add_option("--measurements", arguments.measurements,
                    "CSV file of measured delays, which come before the model (docs/delay.md)");
    verb.add_option("--model", arguments.model, "mean or circles")->capture_default_str();
    verb.add_flag("--cross-network", arguments.cross_network,
                  "Between the networks of two carriers");
    verb.add_flag("--json", arguments.json, "One JSON object");
}

}  // namespace

void add_delay_verb(CLI::App& app) {
    CLI::App* verb = app.add_subcommand(
        "delay", "How long packets take between two places, one way and there and back");
    auto arguments = std::make_shared<Arguments>();
    verb->add_option("from", arguments->from, "A city, in Chinese or English");
    verb->add_option("to", arguments->to, "Another");
    add_common(*verb, *arguments);
    auto around = std::make_shared<Arguments>();
    CLI::App* circle =
        verb->add_subcommand("circles", "What lies within 5, 10 and 20 ms, one way, of a place");
    circle->add_option("place", around->from, "The centre")->required();
    add_common(*circle, *around);
    circle->add_option("--png", around->png_file, "Draw a map of the circles here");
    circle->callback([around] {
        if (const auto done = circles(*around); !done) fail(done.error());
    });
    verb->callback([verb, arguments] {
        if (!verb->get_subcommands().empty()) return;
        if (const auto done = path(*arguments); !done) fail(done.error());
    });
}

}  // namespace penstock::app
