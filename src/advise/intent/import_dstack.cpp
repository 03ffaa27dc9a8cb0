#include <algorithm>

#include "advise/intent/error.h"
#include "advise/intent/import_reader.h"
#include "advise/intent/slots.h"
#include "advise/intent/table.h"
#include "base/try.h"

namespace penstock::intent {

namespace {

bool begins_with_digit(std::string_view text) {
    return !text.empty() && text.front() >= '0' && text.front() <= '9';
}

YamlNode scalar_at(const YamlNode& node, std::string_view text) {
    YamlNode part;
    part.place = node.place;
    part.scalar = text;
    return part;
}

/// "H100:8", "A100:80GB:2", "24GB", "nvidia:2".
Result<void> read_gpu_text(ImportReader& reader, const YamlNode& node, std::string_view field) {
    TRY_ASSIGN(const std::string text, reader.text(node, field));
    for (const std::string& part : split(text, ':')) {
        if (!begins_with_digit(part) && !part.starts_with("..")) {
            for (const std::string& name : split(part, ','))
                TRY(reader.chip(reader.intent(), node, name, field));
        } else if (part.find('B') != part.npos || part.find('G') != part.npos) {
            TRY(reader.memory(reader.intent(), "card_memory", scalar_at(node, part), field));
        } else {
            TRY(reader.card_count(reader.intent(), node, part, field));
        }
    }
    return {};
}

Result<void> read_gpu(ImportReader& reader, const YamlNode& node) {
    constexpr std::string_view kPrefix = "resources.gpu.";
    if (node.kind == YamlKind::scalar) return read_gpu_text(reader, node, "resources.gpu");
    TRY(reader.require_mapping(node, "resources.gpu"));
    const YamlNode* const name = find_entry(node, "name");
    for (const YamlEntry& entry : node.entries) {
        const std::string field = std::string(kPrefix) + entry.name.substr(0, 64);
        if (entry.name == "name" && entry.value.kind == YamlKind::sequence) {
            for (const YamlNode& item : entry.value.items) {
                TRY_ASSIGN(const std::string chip, reader.text(item, field));
                TRY(reader.chip(reader.intent(), item, chip, field));
            }
        } else if (entry.name == "name" || (entry.name == "vendor" && name == nullptr)) {
            TRY_ASSIGN(const std::string chip, reader.text(entry.value, field));
            TRY(reader.chip(reader.intent(), entry.value, chip, field));
        } else if (entry.name == "count") {
            TRY_ASSIGN(const std::string count, reader.text(entry.value, field));
            TRY(reader.card_count(reader.intent(), entry.value, count, field));
        } else if (entry.name == "memory") {
            TRY(reader.memory(reader.intent(), "card_memory", entry.value, field));
        } else if (entry.name == "total_memory" || entry.name == "compute_capability") {
            return reader.fail(kImportLossy, entry.value, field,
                               "an intent cannot ask for this; name the chips that have it");
        } else if (entry.name != "vendor") {
            reader.ignore(entry, kPrefix, "an intent does not say this");
        }
    }
    return {};
}

Result<void> read_cpu(ImportReader& reader, const YamlNode& node) {
    if (node.kind == YamlKind::scalar) return reader.cores(reader.intent(), node, "resources.cpu");
    TRY(reader.require_mapping(node, "resources.cpu"));
    for (const YamlEntry& entry : node.entries) {
        if (entry.name == "count") {
            TRY(reader.cores(reader.intent(), entry.value, "resources.cpu.count"));
        } else {
            reader.ignore(entry, "resources.cpu.", "an intent does not say this");
        }
    }
    return {};
}

Result<void> read_resources(ImportReader& reader, const YamlNode& node) {
    TRY(reader.require_mapping(node, "resources"));
    for (const YamlEntry& entry : node.entries) {
        if (entry.name == "gpu") {
            TRY(read_gpu(reader, entry.value));
        } else if (entry.name == "cpu") {
            TRY(read_cpu(reader, entry.value));
        } else if (entry.name == "memory") {
            TRY(reader.memory(reader.intent(), "memory", entry.value, "resources.memory"));
        } else {
            reader.ignore(entry, "resources.", "an intent does not say this");
        }
    }
    return {};
}

Result<void> read_type(ImportReader& reader, const YamlNode& node) {
    TRY_ASSIGN(const std::string type, reader.text(node, "type"));
    if (type == "service") {
        reader.intent().set_workload(v1::WORKLOAD_CLASS_ONLINE_SERVICE);
        return {};
    }
    if (type == "task" || type == "dev-environment") return {};
    return reader.fail(kImportLossy, node, "type",
                       "only task, service and dev-environment ask for compute");
}

Result<void> read_spot(ImportReader& reader, const YamlNode& node) {
    TRY_ASSIGN(const std::string policy, reader.text(node, "spot_policy"));
    if (policy != "spot" && policy != "auto" && policy != "on-demand")
        return reader.fail(kIntentValue, node, "spot_policy", "must be spot, auto or on-demand");
    if (policy == "spot")
        reader.warn(node.place, "spot_policy", "kept as: interruption is allowed, not wanted");
    return reader.set(reader.intent(), "interruption", policy == "on-demand" ? "none" : "allowed",
                      node, "spot_policy");
}

Result<void> read_duration(ImportReader& reader, const YamlNode& node) {
    TRY_ASSIGN(std::string length, reader.text(node, "max_duration"));
    if (length == "off" || length == "false") return {};
    if (length.find_first_not_of("0123456789") == length.npos) length += 's';
    return reader.set(reader.intent(), "duration", length, node, "max_duration");
}

Result<void> read_regions(ImportReader& reader, const YamlNode& node) {
    for (const YamlNode& item : node.items) {
        TRY_ASSIGN(const std::string region, reader.text(item, "regions"));
        TRY(reader.region(reader.intent(), item, region, "regions"));
    }
    if (node.kind == YamlKind::sequence) return {};
    return reader.fail(kIntentValue, node, "regions", "must be a list");
}

Result<void> read_commands(ImportReader& reader, const YamlNode& node) {
    std::string script;
    for (const YamlNode& item : node.items) {
        TRY_ASSIGN(const std::string line, reader.text(item, "commands"));
        script.append(line).append("\n");
    }
    if (node.kind != YamlKind::sequence)
        return reader.fail(kIntentValue, node, "commands", "must be a list");
    reader.task().set_run(std::move(script));
    return {};
}

Result<void> read_field(ImportReader& reader, const YamlEntry& entry) {
    const YamlNode& node = entry.value;
    if (entry.name == "type") return read_type(reader, node);
    if (entry.name == "resources") return read_resources(reader, node);
    if (entry.name == "spot_policy") return read_spot(reader, node);
    if (entry.name == "max_price") return reader.dollars(reader.intent(), node, "max_price");
    if (entry.name == "max_duration") return read_duration(reader, node);
    if (entry.name == "regions") return read_regions(reader, node);
    if (entry.name == "commands") return read_commands(reader, node);
    if (entry.name == "env") return reader.environment(node, "env");
    if (entry.name == "nodes") {
        TRY_ASSIGN(const std::string nodes, reader.text(node, "nodes"));
        return reader.set(reader.intent(), "nodes", nodes, node, "nodes");
    }
    if (entry.name == "instance_types") {
        return reader.fail(kImportLossy, node, "instance_types",
                           "what a type of instance has is known to its cloud alone; state "
                           "resources");
    }
    if (entry.name == "name") {
        reader.name(node, "name");
    } else {
        reader.ignore(entry, "", "neither an intent nor its task has this");
    }
    return {};
}

}  // namespace

Result<void> import_dstack(ImportReader& reader, const YamlNode& root) {
    for (const YamlEntry& entry : root.entries) TRY(read_field(reader, entry));
    return {};
}

}  // namespace penstock::intent
