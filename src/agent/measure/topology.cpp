#include "agent/measure/topology.h"

#include <fmt/format.h>
#include <hwloc.h>

#include <memory>

#include "agent/error.h"

namespace penstock::agent {
namespace {

struct DestroyTopology {
    void operator()(hwloc_topology_t topology) const { hwloc_topology_destroy(topology); }
};
struct FreeBitmap {
    void operator()(hwloc_bitmap_t bitmap) const { hwloc_bitmap_free(bitmap); }
};

/// One level of the tree as "2 Core" or "1 L3 (32 MiB)", counting what holds a core of the pool.
std::string level_text(hwloc_topology_t topology, int depth, hwloc_const_cpuset_t cores) {
    const auto type = hwloc_get_depth_type(topology, depth);
    unsigned count = 0;
    std::uint64_t cache_bytes = 0;
    char kind[64] = "";
    for (auto* object = hwloc_get_next_obj_by_depth(topology, depth, nullptr); object != nullptr;
         object = hwloc_get_next_obj_by_depth(topology, depth, object)) {
        if (!hwloc_bitmap_intersects(object->cpuset, cores)) continue;
        ++count;
        hwloc_obj_type_snprintf(kind, sizeof kind, object, 0);
        if (hwloc_obj_type_is_cache(type)) cache_bytes = object->attr->cache.size;
    }
    if (cache_bytes > 0) return fmt::format("{} {} ({} KiB)", count, kind, cache_bytes / 1024);
    return fmt::format("{} {}", count, kind);
}

}  // namespace

Result<Topology> read_topology(const std::vector<std::uint32_t>& cpu_ids) {
    hwloc_topology_t raw = nullptr;
    if (hwloc_topology_init(&raw) != 0) return reject(kMeasurementFailed, {}, "hwloc");
    const std::unique_ptr<hwloc_topology, DestroyTopology> topology(raw);
    if (hwloc_topology_load(raw) != 0) return reject(kMeasurementFailed, {}, "hwloc");
    const std::unique_ptr<hwloc_bitmap_s, FreeBitmap> cores(hwloc_bitmap_alloc());
    for (const auto cpu : cpu_ids) hwloc_bitmap_set(cores.get(), cpu);
    Topology found;
    const int depths = hwloc_topology_get_depth(raw);
    for (int depth = 1; depth < depths; ++depth)
        found.text += (depth > 1 ? ", " : "") + level_text(raw, depth, cores.get());
    auto* package = hwloc_get_obj_by_type(raw, HWLOC_OBJ_PACKAGE, 0);
    if (package != nullptr)
        if (const char* model = hwloc_obj_get_info_by_name(package, "CPUModel"))
            found.cpu_model = model;
    return found;
}

}  // namespace penstock::agent
