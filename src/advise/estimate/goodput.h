#pragma once

namespace penstock::estimate {

/// What a run loses to failures and to guarding against them.
struct FailureModel {
    /// Of one device, between interruptions of the run. Published: 419 interruptions that nobody
    /// planned in 54 days on 16,384 cards (Llama 3.1 405B) are one in 50,676 h of a card; about two
    /// machines a day of 128 (OPT-175B) are one in 12,288 h.
    double device_hours_between_failures = 50'000;
    /// Of bytes of a checkpoint that the storage takes from one node.
    double storage_bytes_per_s_per_node = 2e9;
    /// To halt all devices and go on, however small the checkpoint.
    double checkpoint_seconds_least = 10;
    /// To find the fault, take the device out and read the checkpoint back.
    double restart_seconds = 600;
};

struct Goodput {
    double hours_between_failures = 0;  ///< Of the whole run.
    double checkpoint_bytes = 0;
    double checkpoint_seconds = 0;
    double interval_seconds = 0;  ///< Of work between two checkpoints.
    double share = 1;             ///< Of the time that counts: the rest is lost.
};

/// The interval between checkpoints at which a run loses least, and what it loses then.
///
/// The interval is Daly's higher-order optimum of Young's √(2δM) (J. T. Daly, FGCS 22(3), 2006),
/// and the share is that paper's expectation for failures without memory, τ ÷ (M e^(R/M)
/// (e^((τ+δ)/M) − 1)).
/// @param devices, devices_per_node  At least 1.
/// @param checkpoint_bytes           Of weights and the state of the optimizer.
Goodput goodput(double devices, double devices_per_node, double checkpoint_bytes,
                const FailureModel& failures);

/// The share at any other interval.
double share_at(double interval_seconds, double checkpoint_seconds, double restart_seconds,
                double seconds_between_failures);

}  // namespace penstock::estimate
