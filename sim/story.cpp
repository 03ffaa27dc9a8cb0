#include "sim/story.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <array>
#include <fstream>
#include <memory>
#include <sstream>
#include <utility>

namespace penstock::sim {
namespace {

constexpr std::string_view kFirstLine = "penstock-story 1";

using Kind = Happening::Kind;
constexpr std::array kKinds{std::pair{Kind::give, "give"},
                            std::pair{Kind::command, "command"},
                            std::pair{Kind::begin_write, "begin_write"},
                            std::pair{Kind::end_write, "end_write"},
                            std::pair{Kind::go_down, "go_down"},
                            std::pair{Kind::come_up, "come_up"},
                            std::pair{Kind::come_up_by_snapshot, "come_up_by_snapshot"},
                            std::pair{Kind::lead, "lead"},
                            std::pair{Kind::step_down, "step_down"},
                            std::pair{Kind::follow, "follow"},
                            std::pair{Kind::tick, "tick"},
                            std::pair{Kind::take_snapshot, "take_snapshot"}};

std::string hex(const std::string& bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text = "x";  // So that nothing is a word too.
    for (const char byte : bytes) {
        text += kDigits[static_cast<unsigned char>(byte) >> 4];
        text += kDigits[static_cast<unsigned char>(byte) & 15];
    }
    return text;
}

std::optional<std::string> from_hex(const std::string& text) {
    if (text.size() % 2 != 1 || text[0] != 'x') return std::nullopt;
    std::string bytes;
    for (std::size_t i = 1; i < text.size(); i += 2) {
        const auto digit = [&](char c) {
            return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        };
        const int high = digit(text[i]);
        const int low = digit(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes += static_cast<char>(high * 16 + low);
    }
    return bytes;
}

/// What a request asks, on one line.
std::string in_words(const Message& message) {
    std::string full = "penstock.v1." + message.method;
    if (const auto slash = full.find('/'); slash != std::string::npos) full[slash] = '.';
    const auto* method = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(full);
    if (method == nullptr) return message.method;
    auto* factory = google::protobuf::MessageFactory::generated_factory();
    const std::unique_ptr<google::protobuf::Message> request(
        factory->GetPrototype(method->input_type())->New());
    if (!request->ParseFromString(message.request)) return message.method + " (malformed)";
    return message.method + " { " + request->ShortDebugString().substr(0, 400) + " }";
}

bool has_message(Kind kind) {
    return kind == Kind::give || kind == Kind::command;
}

bool read_line(const std::string& line, Happening& happening) {
    std::istringstream words(line);
    std::string kind;
    int fate = 0;
    if (!(words >> kind >> happening.node >> happening.at.ns >> fate)) return false;
    if (fate < 0 || fate > static_cast<int>(Fate::torn)) return false;
    happening.fate = static_cast<Fate>(fate);
    bool is_known = false;
    for (const auto& [candidate, name] : kKinds) {
        if (kind != name) continue;
        happening.kind = candidate;
        is_known = true;
    }
    if (!is_known || !has_message(happening.kind)) return is_known;
    int actor = 0;
    Message message;
    std::string key;
    std::string request;
    if (!(words >> happening.call >> actor >> message.actor.id >> message.method >> key >> request))
        return false;
    message.actor.kind = static_cast<exchange::Actor::Kind>(actor);
    auto key_bytes = from_hex(key);
    auto request_bytes = from_hex(request);
    if (!key_bytes || !request_bytes) return false;
    message.key = *std::move(key_bytes);
    message.request = *std::move(request_bytes);
    happening.message = std::make_shared<const Message>(std::move(message));
    return true;
}

}  // namespace

std::vector<std::string> tell(const Story& story, const std::string& only, std::size_t* told) {
    Coverage ignored;
    Cluster cluster(story.servers, ignored, only);
    std::size_t count = 0;
    for (const Happening& happening : story.happenings) {
        if (cluster.audit().is_broken()) break;
        cluster.happen(happening);
        ++count;
    }
    if (told != nullptr) *told = count;
    if (!cluster.audit().is_broken() && story.is_at_rest) cluster.audit().quiet();
    if (!cluster.audit().is_broken()) cluster.compare_with_replay();
    return cluster.audit().broken();
}

Story commands_of(const shell::MemoryDisk& disk) {
    Story story;
    story.happenings.push_back({.kind = Kind::lead});
    for (const shell::MemoryDisk::Row& row : disk.rows) {
        v1::JournaledBatch batch;
        if (row.torn || !batch.ParseFromString(row.body)) break;
        for (const v1::JournaledCommand& stored : batch.commands()) {
            const exchange::Command command = to_command(stored);
            Happening happening{
                .kind = Kind::command,
                .at = command.time,
                .call = story.happenings.size(),
                .message = std::make_shared<const Message>(
                    Message{command.actor, std::string(command.method),
                            std::string(command.request), std::string(command.idempotency_key)})};
            story.happenings.push_back(std::move(happening));
        }
    }
    return story;
}

bool write_story(const Story& story, const std::filesystem::path& file) {
    std::ofstream out(file, std::ios::trunc);
    out << kFirstLine << "\n# " << story.title << "\nservers " << story.servers << "\nat_rest "
        << story.is_at_rest << '\n';
    for (const Happening& happening : story.happenings) {
        if (has_message(happening.kind)) out << "# " << in_words(*happening.message) << '\n';
        for (const auto& [kind, name] : kKinds) {
            if (kind == happening.kind) out << name;
        }
        out << ' ' << happening.node << ' ' << happening.at.ns << ' '
            << static_cast<int>(happening.fate);
        if (has_message(happening.kind)) {
            const Message& message = *happening.message;
            out << ' ' << happening.call << ' ' << static_cast<int>(message.actor.kind) << ' '
                << message.actor.id << ' ' << message.method << ' ' << hex(message.key) << ' '
                << hex(message.request);
        }
        out << '\n';
    }
    out.flush();
    return out.good();
}

std::optional<Story> read_story(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::string line;
    if (!std::getline(in, line) || line != kFirstLine) return std::nullopt;
    Story story;
    std::string word;
    while (std::getline(in, line)) {
        if (line.empty() || line[0] == '#') continue;
        std::istringstream words(line);
        words >> word;
        if (word == "servers") {
            if (!(words >> story.servers) || story.servers < 1 || story.servers > 16)
                return std::nullopt;
        } else if (word == "at_rest") {
            words >> story.is_at_rest;
        } else {
            Happening happening;
            if (!read_line(line, happening) || happening.node >= story.servers) return std::nullopt;
            story.happenings.push_back(std::move(happening));
        }
    }
    return story;
}

}  // namespace penstock::sim
