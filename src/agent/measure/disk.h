#pragma once

#include "agent/measure/measure.h"

namespace penstock::agent {

/// Sequential write and read of a file in `folder` by fio, 1 MiB at a time, past the page cache
/// where the file system can; the method text says which. The file is removed.
/// @retval kMeasurementFailed, kProgramFailed  fio is not there or could not run.
Result<std::vector<v1::Measurement>> measure_disk(const std::string& folder,
                                                  Thoroughness thoroughness);

/// Removes the file of a measurement that was killed, if it is there.
void remove_measured_file(const std::string& folder);

/// The bandwidth in bytes a second of the first job in fio's JSON report.
/// @param direction  "read" or "write".
/// @retval kMeasurementFailed  Not such a report.
Result<double> parse_fio_bandwidth(const std::string& report, const std::string& direction);

}  // namespace penstock::agent
