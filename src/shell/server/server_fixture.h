#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "crypto/ed25519.h"
#include "format/request_signature.h"
#include "penstock/v1/party.pb.h"
#include "penstock/v1/system.pb.h"
#include "penstock/v1/task.pb.h"
#include "shell/postgres/postgres_instance.h"
#include "shell/server/server.h"
#include "transport/connect/client.h"

namespace penstock::shell {

/// A real server in this process, in a folder that outlives its restarts.
class ServerFixture : public testing::Test {
  protected:
    ServerFixture() {
        std::string pattern = (std::filesystem::temp_directory_path() / "server-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        options_.data = folder_ / "data";
        options_.port = 0;
        options_.checkpoint_interval = std::chrono::milliseconds(50);
        options_.free_bytes_min = 0;
        // Tests ask as fast as they can; those of limits have their own.
        options_.limits = {};
        // The same tests run on both back ends of the journal.
        const char* journal = std::getenv("PENSTOCK_TEST_JOURNAL");
        if (journal != nullptr && std::string_view(journal) == "postgres")
            options_.journal_url = postgres::PostgresInstance::shared().create_database();
    }
    ~ServerFixture() override {
        server_.reset();
        std::filesystem::remove_all(folder_);
    }

    void start() {
        if (server_) server_->stop();
        server_.reset();
        auto started = Server::start(options_);
        ASSERT_TRUE(started) << started.error().message();
        server_ = *std::move(started);
    }
    static std::string read(const std::filesystem::path& file) {
        std::ifstream stream(file);
        std::string line;
        std::getline(stream, line);
        return line;
    }
    std::string operator_key() const { return read(options_.data / "operator.key"); }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }

    transport::RpcClient client(const std::string& key = {}) const {
        transport::Authorize authorize;
        if (!key.empty())
            authorize = [key](std::string_view, std::string_view, std::string_view) {
                return "Bearer " + key;
            };
        return transport::RpcClient(transport::HttpClient::create({.base_url = url()}).value(),
                                    authorize);
    }
    transport::RpcClient agent_client(const std::string& agent) const {
        return transport::RpcClient(
            transport::HttpClient::create({.base_url = url()}).value(),
            [agent, this](std::string_view verb, std::string_view path, std::string_view body) {
                const auto now = std::chrono::system_clock::now().time_since_epoch();
                const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
                return format::sign_request(agent, ms, {verb, path, body}, agent_key_);
            });
    }

    transport::RemoteResult<v1::RegisterPartyResponse> sign_up(const std::string& name,
                                                               v1::Role role,
                                                               const std::string& key = {}) {
        v1::RegisterPartyRequest request;
        request.set_name(name);
        request.add_roles(role);
        return client().call<v1::RegisterPartyResponse>("PartyService/RegisterParty", request,
                                                        {.idempotency_key = key});
    }
    transport::RemoteResult<v1::Party> get_party(const std::string& party,
                                                 const std::string& key) const {
        v1::GetPartyRequest request;
        request.set_party(party);
        return client(key).call<v1::Party>("PartyService/GetParty", request);
    }
    void admit(const std::string& party) {
        v1::ReviewPartyRequest review;
        review.set_party(party);
        review.set_decision(v1::PARTY_QUALIFIED);
        auto done = client(operator_key())
                        .call<v1::ReviewPartyResponse>("PartyService/ReviewParty", review);
        ASSERT_TRUE(done) << done.error().message;
    }
    /// A supplier's new agent, under agent_key_.
    std::string enrol_agent() {
        const auto supplier = sign_up("Supplier", v1::ROLE_SUPPLIER).value();
        admit(supplier.party());
        v1::CreateEnrolmentTokenRequest token;
        token.set_site_name("site");
        token.set_pool_name("pool");
        const auto created =
            client(supplier.secret())
                .call<v1::CreateEnrolmentTokenResponse>("PartyService/CreateEnrolmentToken", token)
                .value();
        v1::EnrolAgentRequest enrol;
        enrol.set_token(created.token());
        const auto& key = agent_key_.public_key();
        enrol.set_public_key({reinterpret_cast<const char*>(key.data()), key.size()});
        return client()
            .call<v1::EnrolAgentResponse>("PartyService/EnrolAgent", enrol)
            .value()
            .agent();
    }
    transport::RemoteResult<v1::PullWorkResponse> pull(const std::string& agent,
                                                       std::uint64_t known, std::uint32_t wait_ms) {
        v1::PullWorkRequest request;
        request.set_agent(agent);
        request.set_known_version(known);
        request.set_wait_ms(wait_ms);
        return agent_client(agent).call<v1::PullWorkResponse>("TaskService/PullWork", request);
    }
    v1::GetStatusResponse status() const {
        return client()
            .call<v1::GetStatusResponse>("SystemService/GetStatus", v1::GetStatusRequest())
            .value();
    }
    /// Waits until `condition`, or fails after ten seconds.
    template <class Condition>
    void expect_soon(Condition condition) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        bool met = condition();
        while (!met && std::chrono::steady_clock::now() < deadline) met = condition();
        EXPECT_TRUE(met);
    }

    std::filesystem::path folder_;
    ServerOptions options_;
    std::unique_ptr<Server> server_;
    crypto::KeyPair agent_key_ = crypto::KeyPair::generate();
};

}  // namespace penstock::shell
