#include "shell/postgres/postgres_instance.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <vector>

namespace penstock::postgres {

namespace {

constexpr const char* kPrograms = "/usr/lib/postgresql/15/bin/";

[[noreturn]] void give_up(const std::string& what) {
    std::fprintf(stderr, "postgres_instance: %s\n", what.c_str());
    std::abort();
}

/// Runs a program in a session of its own; when we are root, in a user namespace in which we are
/// not, for PostgreSQL refuses root.
/// @return Its pid; it has not ended.
pid_t spawn(const std::string& program, const std::vector<std::string>& arguments,
            const std::filesystem::path& log) {
    std::vector<std::string> words;
    if (::getuid() == 0)
        words = {"/usr/bin/unshare", "--map-user=postgres", "--map-group=postgres"};
    // A test that dies takes its database with it. Not before: a new user namespace forgets it.
    words.insert(words.end(), {"/usr/bin/setpriv", "--pdeathsig", "QUIT", program});
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> list;
    for (std::string& word : words) list.push_back(word.data());
    list.push_back(nullptr);
    const pid_t child = ::fork();
    if (child != 0) return child;
    ::setsid();
    if (std::freopen(log.c_str(), "a", stdout) == nullptr) ::_exit(126);
    ::dup2(STDOUT_FILENO, STDERR_FILENO);
    ::setenv("LC_ALL", "C.UTF-8", 1);
    ::execv(list.front(), list.data());
    ::_exit(127);
}

int run(const std::string& program, const std::vector<std::string>& arguments,
        const std::filesystem::path& log) {
    int status = -1;
    ::waitpid(spawn(kPrograms + program, arguments, log), &status, 0);
    return status;
}

}  // namespace

PostgresInstance::PostgresInstance(Fsync fsync) : fsync_(fsync) {
    std::string pattern = (std::filesystem::temp_directory_path() / "postgres-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    const std::string data = folder_ / "data";
    if (run("initdb", {"-D", data, "-U", "penstock", "--auth=trust", "--no-sync", "-E", "UTF8"},
            folder_ / "log") != 0)
        give_up("initdb failed; see " + (folder_ / "log").string());
    start();
}

PostgresInstance::~PostgresInstance() {
    stop();
    std::filesystem::remove_all(folder_);
}

PostgresInstance& PostgresInstance::shared() {
    static PostgresInstance instance;
    return instance;
}

void PostgresInstance::start() {
    std::vector<std::string> arguments{"-D", folder_ / "data", "-k", folder_, "-h", ""};
    if (fsync_ == Fsync::off) {
        arguments.insert(arguments.end(), {"-c", "shared_buffers=32MB", "-c", "fsync=off", "-c",
                                           "full_page_writes=off"});
    } else {
        arguments.insert(arguments.end(), {"-c", "shared_buffers=512MB", "-c", "max_wal_size=4GB"});
    }
    postmaster_ = spawn(std::string(kPrograms) + "postgres", arguments, folder_ / "log");
    for (int tries = 0; tries < 600; ++tries) {
        if (run("pg_isready", {"-q", "-h", folder_, "-U", "penstock", "-t", "1"}, "/dev/null") == 0)
            return;
        if (::waitpid(postmaster_, nullptr, WNOHANG) != 0) break;
        ::usleep(50'000);
    }
    give_up("it did not start; see " + (folder_ / "log").string());
}

void PostgresInstance::stop() {
    if (postmaster_ <= 0) return;
    ::kill(postmaster_, SIGINT);  // Fast: connections are closed.
    ::waitpid(postmaster_, nullptr, 0);
    postmaster_ = -1;
}

void PostgresInstance::kill() {
    // Its children end by themselves when they see that it is gone.
    ::kill(postmaster_, SIGKILL);
    ::waitpid(postmaster_, nullptr, 0);
    postmaster_ = -1;
}

std::string PostgresInstance::create_database() {
    const std::string name = "test_" + std::to_string(++databases_);
    if (run("createdb", {"-h", folder_, "-U", "penstock", name}, folder_ / "log") != 0)
        give_up("createdb failed");
    return url(name);
}

std::string PostgresInstance::url(const std::string& database) const {
    return "postgres:///" + database + "?user=penstock&host=" + folder_.string();
}

}  // namespace penstock::postgres
