#include <algorithm>
#include <array>
#include <utility>

#include "advise/intent/error.h"
#include "advise/intent/import_reader.h"
#include "advise/intent/slots.h"
#include "base/try.h"

namespace penstock::intent {

namespace {

constexpr std::string_view kPrefix = "resources.";

/// "cloud/region/zone".
Result<void> read_infra(ImportReader& reader, v1::Intent& intent, const YamlNode& node,
                        std::string_view field) {
    TRY_ASSIGN(const std::string infra, reader.text(node, field));
    const std::size_t first = infra.find('/');
    reader.warn(node.place, field,
                "ignored: '" + infra.substr(0, std::min<std::size_t>(first, 40)) +
                    "'; the exchange chooses the supplier");
    if (first == infra.npos || infra.starts_with("k8s") || infra.starts_with("kubernetes"))
        return {};
    const std::size_t second = infra.find('/', first + 1);
    if (second != infra.npos) reader.warn(node.place, field, "ignored: the zone");
    return reader.region(intent, node,
                         std::string_view(infra).substr(
                             first + 1, second == infra.npos ? infra.npos : second - first - 1),
                         field);
}

/// "H100:8"; a list, in the order of preference; or a mapping, of which any will do.
Result<void> read_accelerators(ImportReader& reader, v1::Intent& intent, const YamlNode& node,
                               std::string_view field) {
    if (node.kind == YamlKind::scalar) {
        TRY_ASSIGN(std::string name, reader.text(node, field));
        if (name.find(':') == name.npos) name += ":1";
        return reader.chip(intent, node, name, field);
    }
    std::vector<v1::Intent> parts;
    for (const YamlNode& item : node.items) {
        TRY_ASSIGN(std::string name, reader.text(item, field));
        if (name.find(':') == name.npos) name += ":1";
        TRY(reader.chip(parts.emplace_back(), item, name, field));
    }
    for (const YamlEntry& entry : node.entries) {
        const std::string count = entry.value.is_null() ? "1" : entry.value.scalar;
        TRY(reader.chip(parts.emplace_back(), entry.value, entry.name + ":" + count, field));
    }
    if (parts.empty()) return reader.fail(kIntentValue, node, field, "names no accelerator");
    if (parts.size() == 1) {
        intent.MergeFrom(parts[0]);
        return {};
    }
    if (&intent != &reader.intent() || intent.any_of_size() + intent.ordered_size() > 0) {
        return reader.fail(kIntentConflict, node, field,
                           "alternatives within alternatives cannot be said; write them out under "
                           "any_of or ordered");
    }
    auto& list =
        node.kind == YamlKind::sequence ? *intent.mutable_ordered() : *intent.mutable_any_of();
    for (v1::Intent& part : parts) *list.Add() = std::move(part);
    return {};
}

Result<void> read_resources(ImportReader& reader, v1::Intent& intent, const YamlNode& node,
                            const std::string& prefix);

Result<void> read_alternatives(ImportReader& reader, v1::Intent& intent, const YamlEntry& entry,
                               const std::string& prefix) {
    const std::string field = prefix + entry.name;
    if (&intent != &reader.intent() || intent.any_of_size() + intent.ordered_size() > 0) {
        return reader.fail(kIntentConflict, entry.value, field,
                           "alternatives stand in one place of the file only");
    }
    if (entry.value.items.size() < 2 || entry.value.items.size() > 16)
        return reader.fail(kIntentValue, entry.value, field, "must be a list of 2 to 16");
    for (std::size_t i = 0; i < entry.value.items.size(); ++i) {
        v1::Intent part;
        TRY(read_resources(reader, part, entry.value.items[i],
                           field + "[" + std::to_string(i) + "]."));
        *(entry.name == "any_of" ? intent.add_any_of() : intent.add_ordered()) = std::move(part);
    }
    return {};
}

Result<void> read_spot(ImportReader& reader, v1::Intent& intent, const YamlNode& node,
                       std::string_view field) {
    if (node.scalar != "true" && node.scalar != "false")
        return reader.fail(kIntentValue, node, field, "must be true or false");
    return reader.set(intent, "interruption", node.scalar == "true" ? "allowed" : "none", node,
                      field);
}

Result<void> read_resource(ImportReader& reader, v1::Intent& intent, const YamlEntry& entry,
                           const std::string& prefix) {
    const std::string field = prefix + entry.name.substr(0, 64);
    const YamlNode& node = entry.value;
    if (entry.name == "accelerators") return read_accelerators(reader, intent, node, field);
    if (entry.name == "cpus") return reader.cores(intent, node, field);
    if (entry.name == "memory") return reader.memory(intent, "memory", node, field);
    if (entry.name == "infra") return read_infra(reader, intent, node, field);
    if (entry.name == "region") {
        TRY_ASSIGN(const std::string region, reader.text(node, field));
        return reader.region(intent, node, region, field);
    }
    if (entry.name == "use_spot") return read_spot(reader, intent, node, field);
    if (entry.name == "max_hourly_cost") return reader.dollars(intent, node, field);
    if (entry.name == "any_of" || entry.name == "ordered")
        return read_alternatives(reader, intent, entry, prefix);
    if (entry.name == "instance_type") {
        return reader.fail(kImportLossy, node, field,
                           "what a type of instance has is known to its cloud alone; state "
                           "accelerators, cpus and memory");
    }
    reader.ignore(entry, prefix, "an intent does not say this");
    return {};
}

Result<void> read_resources(ImportReader& reader, v1::Intent& intent, const YamlNode& node,
                            const std::string& prefix) {
    TRY(reader.require_mapping(node, prefix.substr(0, prefix.size() - 1)));
    for (const YamlEntry& entry : node.entries) TRY(read_resource(reader, intent, entry, prefix));
    return {};
}

Result<void> read_field(ImportReader& reader, const YamlEntry& entry) {
    const YamlNode& node = entry.value;
    if (entry.name == "resources")
        return read_resources(reader, reader.intent(), node, std::string(kPrefix));
    if (entry.name == "num_nodes") {
        TRY_ASSIGN(const std::string nodes, reader.text(node, entry.name));
        return reader.set(reader.intent(), "nodes", nodes, node, entry.name);
    }
    if (entry.name == "name") {
        reader.name(node, entry.name);
    } else if (entry.name == "run") {
        TRY_ASSIGN(*reader.task().mutable_run(), reader.text(node, entry.name));
    } else if (entry.name == "setup") {
        TRY_ASSIGN(*reader.task().mutable_setup(), reader.text(node, entry.name));
    } else if (entry.name == "envs") {
        return reader.environment(node, entry.name);
    } else if (entry.name == "service") {
        reader.intent().set_workload(v1::WORKLOAD_CLASS_ONLINE_SERVICE);
        for (const YamlEntry& part : node.entries)
            reader.ignore(part, "service.", "an intent does not say how a service is scaled");
    } else if (entry.name == "secrets" || entry.name == "managed_secrets") {
        reader.ignore(entry, "", "secrets are not copied");
    } else {
        reader.ignore(entry, "", "neither an intent nor its task has this");
    }
    return {};
}

}  // namespace

Result<void> import_sky_pilot(ImportReader& reader, const YamlNode& root) {
    for (const YamlEntry& entry : root.entries) TRY(read_field(reader, entry));
    return {};
}

}  // namespace penstock::intent
