#include "agent/identity.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "agent/error.h"
#include "agent/state_file.h"
#include "base/try.h"
#include "crypto/hex.h"
#include "crypto/key_file.h"
#include "files/descriptor.h"
#include "files/error.h"
#include "files/folder.h"

namespace penstock::agent {

Result<files::Descriptor> lock_data_folder(const std::string& folder) {
    TRY(files::ensure_folder(folder));
    const std::string path = folder + "/agent.lock";
    files::Descriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!lock.is_open()) return files::fault("cannot open", path);
    if (::flock(lock.number(), LOCK_EX | LOCK_NB) != 0) return reject(kAlreadyRuns, {}, folder);
    return lock;
}

Result<Identity> load_identity(const std::string& folder) {
    const std::string key_path = folder + "/agent.key";
    Identity identity;
    if (::access(key_path.c_str(), F_OK) == 0) {
        TRY_ASSIGN(identity.key, crypto::load_key_file(key_path));
    } else {
        TRY(crypto::save_key_file(key_path, identity.key));
    }
    TRY_ASSIGN(auto values, read_state(folder + "/enrolment.json"));
    identity.agent = values["agent"];
    identity.site = values["site"];
    identity.pool = values["pool"];
    identity.key_epoch =
        static_cast<std::uint32_t>(std::strtoul(values["key_epoch"].c_str(), nullptr, 10));
    return identity;
}

Result<void> save_identity(const std::string& folder, const Identity& identity) {
    return write_state(folder + "/enrolment.json",
                       {{"agent", identity.agent},
                        {"site", identity.site},
                        {"pool", identity.pool},
                        {"key_epoch", std::to_string(identity.key_epoch)}});
}

std::string scope_of(const Identity& identity) {
    return crypto::hex(identity.key.public_key()).substr(0, 16);
}

}  // namespace penstock::agent
