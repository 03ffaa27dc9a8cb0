#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/drivers/slurm/slurm_driver.h"
#include "agent/run_program.h"

namespace penstock::agent::slurm {

/// A real Slurm cluster of two nodes of four cores on this machine, started for a test program
/// when the first test needs it, and stopped with the program. Needs root, as slurmd does; tests
/// and drivers are ordinary users of it while an AsUser lives.
class TestCluster {
  public:
    static TestCluster& instance();
    /// Why there is none here; empty when there is one.
    const std::string& missing() const { return missing_; }

    /// Readable by all users; the ordinary user's own.
    const std::string& folder() const { return folder_; }
    std::string attempts() const { return folder_ + "/data/attempts"; }

    std::unique_ptr<Control> rest() const;
    static std::unique_ptr<Control> commands();
    std::unique_ptr<Control> rest_or_commands() const;

    /// An agent's driver with six of the cores.
    std::unique_ptr<SlurmDriver> make_driver(std::unique_ptr<Control> control,
                                             std::int64_t patience_seconds = 600) const;
    /// The jobs of one attempt that Slurm knows.
    static std::vector<Job> jobs_of(const Handle& handle);

    /// What only the cluster's operator may do. `verb` is one of tools/slurm-cluster: end, kill,
    /// run, freeze, thaw.
    void daemon(const std::string& verb, const std::string& name) const;
    ProgramRun as_root(const std::vector<std::string>& program) const;

    /// Lets this process be an ordinary user of the cluster, all of whose nodes work again; what is
    /// started then cannot become root again.
    class AsUser {
      public:
        AsUser();
        ~AsUser();
        AsUser(const AsUser&) = delete;
        AsUser& operator=(const AsUser&) = delete;
    };

  private:
    TestCluster();
    ~TestCluster();
    void start();
    ProgramRun tool(std::vector<std::string> arguments) const;

    std::string missing_, folder_, url_, key_file_;
    ::uid_t user_ = 0;
    ::gid_t group_ = 0;
};

inline constexpr const char* kTestScope = "test";

}  // namespace penstock::agent::slurm
