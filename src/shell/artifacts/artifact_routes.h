#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "base/error.h"
#include "base/id.h"
#include "shell/artifacts/artifact_store.h"
#include "shell/artifacts/grants.h"
#include "shell/artifacts/party_room.h"
#include "transport/http/server.h"

namespace penstock::artifacts {

inline constexpr std::string_view kArtifactPrefix = "/artifacts/sha256/";

/// Who sent a request.
struct Caller {
    PartyId party;
    AgentId agent;  ///< Names none when it is a member of the party.
};

/// What the routes ask of the rest of the server. Called on the server's threads; must not block.
class ArtifactGate {
  public:
    virtual ~ArtifactGate() = default;
    /// Finds out who sent a request.
    ///
    /// An agent signs the request as one without a body: the path names the content already.
    /// @param head      Valid during the call; its body may not have come yet.
    /// @param callback  Called once, on any thread, perhaps before this returns.
    virtual void authenticate(const transport::HttpRequest& head,
                              std::function<void(Result<Caller>)> callback) = 0;
    /// Whether files are taken from this sender: of qualified parties, and of the agents of
    /// suspended ones, which finish what they began.
    virtual void may_upload(const Caller& caller, std::function<void(bool)> callback) = 0;
    /// Whether an attempt that the agent holds now names the file among its inputs.
    virtual void agent_may_read(AgentId agent, const FileDigest& digest,
                                std::function<void(bool)> callback) = 0;
};

/// PUT, GET and HEAD of /artifacts/sha256/<digest>, streamed from and to files.
///
/// PUT answers 201, and the uploader's party may read the file from then on. Who may not read a
/// file cannot tell whether it exists. Errors are written as everywhere (connect/error_body.h).
/// Waiting for the disk happens on a thread of its own. Thread-safe.
class ArtifactRoutes {
  public:
    /// Whether other servers of the exchange may have the files that this one lacks. What is not
    /// found is then kArtifactElsewhere, with the status 421: clients go on to the next server.
    enum class Servers { one, several };

    /// All outlive the routes.
    /// @param uploaded  Bytes that each party has in the store (Grants::uploaded_bytes).
    ArtifactRoutes(ArtifactStore& store, Grants& grants, ArtifactGate& gate,
                   std::map<PartyId, std::uint64_t> uploaded, Servers servers);
    /// Finishes what is queued. The server has stopped before.
    ~ArtifactRoutes();
    ArtifactRoutes(const ArtifactRoutes&) = delete;
    ArtifactRoutes& operator=(const ArtifactRoutes&) = delete;

    static bool owns(std::string_view path) { return path.starts_with(kArtifactPrefix); }

    /// For HttpHandler::plan_body and handle, when owns(path).
    transport::BodyPlan plan_body(const transport::HttpRequest& head);
    void handle(transport::HttpRequest request, transport::Responder responder);

  private:
    void get(transport::HttpRequest request, const FileDigest& digest,
             transport::Responder responder);
    void put(transport::HttpRequest request, transport::Responder responder);
    void queue(std::function<void()> work);
    void run();

    ArtifactStore& store_;
    Grants& grants_;
    ArtifactGate& gate_;
    const Servers servers_;
    PartyRoom room_;

    std::mutex mutex_;  // Guards what follows.
    std::condition_variable wake_;
    std::deque<std::function<void()>> queue_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace penstock::artifacts
