#include "advise/intent/error.h"
#include "advise/intent/import_reader.h"
#include "base/money.h"
#include "base/try.h"

namespace penstock::intent {

namespace {

/// "500m" are thousandths of a core.
Result<void> read_cpu(ImportReader& reader, const YamlNode& node, const std::string& field) {
    for (const YamlEntry& entry : node.entries) {
        if (entry.name != "units") {
            reader.ignore(entry, field + ".", "an intent does not say this");
            continue;
        }
        if (entry.value.scalar.ends_with('m')) {
            return reader.fail(kImportLossy, entry.value, field + ".units",
                               "an intent has whole cores; round it yourself");
        }
        TRY(reader.cores(reader.intent(), entry.value, field + ".units"));
    }
    return {};
}

Result<void> read_model(ImportReader& reader, const YamlNode& item, const std::string& field) {
    for (const YamlEntry& entry : item.entries) {
        if (entry.name == "model") {
            TRY_ASSIGN(const std::string name, reader.text(entry.value, field));
            TRY(reader.chip(reader.intent(), entry.value, name, field));
        } else if (entry.name == "ram") {
            v1::Intent said;
            TRY(reader.memory(said, "card_memory", entry.value, field));
            auto& least = reader.intent();
            if (least.card_memory_bytes() != 0 &&
                least.card_memory_bytes() != said.card_memory_bytes()) {
                return reader.fail(kImportLossy, entry.value, field,
                                   "an intent has one least memory for all of its chips");
            }
            least.set_card_memory_bytes(said.card_memory_bytes());
        } else {
            reader.ignore(entry, field + ".", "an intent does not say this");
        }
    }
    return {};
}

/// attributes: {vendor: {nvidia: [{model: a100, ram: 80Gi}]}}
Result<void> read_vendors(ImportReader& reader, const YamlNode& vendors, const std::string& field) {
    for (const YamlEntry& vendor : vendors.entries) {
        const std::string name = field + ".vendor." + vendor.name.substr(0, 40);
        if (vendor.value.items.empty()) {
            TRY(reader.chip(reader.intent(), vendor.value, vendor.name, name));
        }
        for (const YamlNode& item : vendor.value.items) {
            TRY(reader.require_mapping(item, name));
            TRY(read_model(reader, item, name));
        }
    }
    return {};
}

Result<void> read_gpu(ImportReader& reader, const YamlNode& node, const std::string& field) {
    for (const YamlEntry& entry : node.entries) {
        if (entry.name == "units") {
            TRY_ASSIGN(const std::string units, reader.text(entry.value, field + ".units"));
            if (units != "0")
                TRY(reader.card_count(reader.intent(), entry.value, units, field + ".units"));
        } else if (entry.name == "attributes") {
            const YamlNode* const vendors = find_entry(entry.value, "vendor");
            if (vendors != nullptr) TRY(read_vendors(reader, *vendors, field));
        } else {
            reader.ignore(entry, field + ".", "an intent does not say this");
        }
    }
    return {};
}

Result<void> read_compute(ImportReader& reader, const YamlNode& profile, const std::string& name) {
    const std::string field = "profiles.compute." + name + ".resources";
    const YamlNode* const resources = find_entry(profile, "resources");
    if (resources == nullptr) return reader.fail(kIntentValue, profile, field, "is missing");
    TRY(reader.require_mapping(*resources, field));
    for (const YamlEntry& entry : resources->entries) {
        const std::string below = field + "." + entry.name.substr(0, 40);
        if (entry.name == "cpu") {
            TRY(read_cpu(reader, entry.value, below));
        } else if (entry.name == "gpu") {
            TRY(read_gpu(reader, entry.value, below));
        } else if (const YamlNode* size = find_entry(entry.value, "size");
                   entry.name == "memory" && size != nullptr) {
            TRY(reader.memory(reader.intent(), "memory", *size, below + ".size"));
        } else {
            reader.ignore(entry, field + ".", "an intent does not size disks");
        }
    }
    return {};
}

/// {denom: uakt, amount: 1000}: the most for each block, in a coin that is no currency.
Result<void> read_pricing(ImportReader& reader, const YamlEntry& entry, const std::string& field) {
    if (reader.options().foreign_price == ForeignPrice::drop) {
        reader.ignore(entry, "", "a price per block in a coin is left out, as you asked");
        return {};
    }
    return reader.fail(kImportLossy, entry.value, field,
                       "a price per block in a coin cannot be converted; leave it out "
                       "(--drop-foreign-price) and give budget or unit_price yourself");
}

Result<void> read_placement(ImportReader& reader, const YamlNode& placement,
                            const std::string& name) {
    const std::string field = "profiles.placement." + name;
    TRY(reader.require_mapping(placement, field));
    for (const YamlEntry& entry : placement.entries) {
        if (entry.name == "pricing") {
            TRY(read_pricing(reader, entry, field + ".pricing"));
        } else if (entry.name == "signedBy") {
            reader.intent().set_suppliers_certified(true);
            reader.warn(entry.place, field + ".signedBy",
                        "kept as: suppliers are certified; by whom is not");
        } else if (entry.name == "attributes") {
            for (const YamlEntry& attribute : entry.value.entries) {
                if (attribute.name != "region") {
                    reader.ignore(attribute, field + ".attributes.", "an intent does not say this");
                    continue;
                }
                TRY_ASSIGN(const std::string region,
                           reader.text(attribute.value, field + ".attributes.region"));
                TRY(reader.region(reader.intent(), attribute.value, region,
                                  field + ".attributes.region"));
            }
        } else {
            reader.ignore(entry, field + ".", "an intent does not say this");
        }
    }
    return {};
}

/// deployment: {service: {placement: {profile, count}}}
Result<void> read_deployment(ImportReader& reader, const YamlNode& root,
                             const YamlNode& deployment) {
    TRY(reader.require_mapping(deployment, "deployment"));
    if (deployment.entries.size() != 1 || deployment.entries[0].value.entries.size() != 1) {
        return reader.fail(kImportLossy, deployment, "deployment",
                           "an intent has one kind of node; import a file with one service in one "
                           "placement");
    }
    const YamlEntry& service = deployment.entries[0];
    const YamlEntry& placed = service.value.entries[0];
    const std::string field =
        "deployment." + service.name.substr(0, 40) + "." + placed.name.substr(0, 40);
    TRY(reader.require_mapping(placed.value, field));
    const YamlNode* const profile = find_entry(placed.value, "profile");
    const YamlNode* const count = find_entry(placed.value, "count");
    const YamlNode* const profiles = find_entry(root, "profiles");
    if (profile == nullptr || count == nullptr)
        return reader.fail(kIntentValue, placed.value, field, "must have profile and count");
    TRY_ASSIGN(const std::string nodes, reader.text(*count, field + ".count"));
    TRY(reader.set(reader.intent(), "nodes", nodes, *count, field + ".count"));
    const auto find_profile = [&](std::string_view kind,
                                  const std::string& name) -> const YamlNode* {
        const YamlNode* const all = find_entry(*profiles, kind);
        return all == nullptr ? nullptr : find_entry(*all, name);
    };
    const YamlNode* const compute = find_profile("compute", profile->scalar);
    const YamlNode* const placement = find_profile("placement", placed.name);
    if (compute == nullptr || placement == nullptr) {
        return reader.fail(kIntentValue, placed.value, field,
                           "names a profile or placement that is not in the file");
    }
    TRY(read_compute(reader, *compute, profile->scalar.substr(0, 40)));
    return read_placement(reader, *placement, placed.name.substr(0, 40));
}

Result<void> read_services(ImportReader& reader, const YamlNode& services) {
    for (const YamlEntry& service : services.entries) {
        const std::string prefix = "services." + service.name.substr(0, 40) + ".";
        for (const YamlEntry& entry : service.value.entries) {
            if (entry.name == "env") {
                TRY(reader.environment(entry.value, prefix + "env"));
            } else if (entry.name == "credentials") {
                reader.ignore(entry, prefix, "secrets are not copied");
            } else {
                reader.ignore(entry, prefix, "neither an intent nor its task has this");
            }
        }
    }
    return {};
}

}  // namespace

Result<void> import_sdl(ImportReader& reader, const YamlNode& root) {
    const YamlNode* const deployment = find_entry(root, "deployment");
    const YamlNode* const profiles = find_entry(root, "profiles");
    if (deployment == nullptr || profiles == nullptr)
        return reader.fail(kIntentValue, root, "", "an SDL has profiles and a deployment");
    TRY(read_deployment(reader, root, *deployment));
    for (const YamlEntry& entry : root.entries) {
        if (entry.name == "services") {
            TRY(read_services(reader, entry.value));
        } else if (entry.name != "profiles" && entry.name != "deployment" &&
                   entry.name != "version") {
            reader.ignore(entry, "", "neither an intent nor its task has this");
        }
    }
    return {};
}

}  // namespace penstock::intent
