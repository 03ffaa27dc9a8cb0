#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "crypto/bytes.h"
#include "crypto/one_time_code.h"
#include "penstock/v1/identity.pb.h"
#include "shell/server/server_fixture.h"

namespace penstock::shell {

inline constexpr const char* kPassword = "kettle-orbit-94-violin";
inline constexpr const char* kEmail = "wang.fang@example.test";
inline constexpr const char* kName = "王芳 of the ninth floor";

inline std::string decode_base32(const std::string& text) {
    return std::string(crypto::text_of(crypto::parse_base32(text).value()));
}

/// The step of thirty seconds that authenticators count.
inline std::uint64_t step_now() {
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(
        std::chrono::system_clock::now().time_since_epoch());
    return static_cast<std::uint64_t>(now.count() / 30);
}

/// The code that oathtool shows in that step.
inline std::string code_of(const std::string& secret, std::uint64_t step) {
    return crypto::one_time_code(crypto::bytes_of(decode_base32(secret)), step);
}

/// Why it was refused; empty when it was not.
inline std::string refusal(const auto& outcome) {
    return outcome ? "" : outcome.error().reason;
}

/// A browser: keeps cookies, and sends JSON.
class Browser {
  public:
    explicit Browser(const std::string& url)
        : http_(transport::HttpClient::create({.base_url = url}).value()) {}

    transport::HttpResponse send(const char* verb, const std::string& path,
                                 const std::string& body = {}) {
        transport::Headers headers;
        if (!body.empty()) headers.add("Content-Type", "application/json");
        std::string cookies;
        for (const auto& [name, value] : cookies_)
            cookies.append(cookies.empty() ? "" : "; ").append(name).append("=").append(value);
        if (!cookies.empty()) headers.add("Cookie", cookies);
        if (!csrf_.empty()) headers.add("X-CSRF-Token", csrf_);
        headers.add("Idempotency-Key", "browser request " + std::to_string(++sent_) + tag_);
        auto answer =
            http_.request({.verb = verb, .target = path, .headers = headers, .body = body});
        for (std::size_t i = 0; i < answer.value().headers.size(); ++i) {
            if (!transport::equal_ignoring_case(answer.value().headers.name_at(i), "set-cookie"))
                continue;
            const std::string line(answer.value().headers.value_at(i));
            set_cookies_.push_back(line);
            const std::string pair = line.substr(0, line.find(';'));
            const std::size_t equals = pair.find('=');
            cookies_[pair.substr(0, equals)] = pair.substr(equals + 1);
            if (line.find("Max-Age=0") != std::string::npos) cookies_.erase(pair.substr(0, equals));
        }
        return *std::move(answer);
    }
    transport::HttpResponse sign_in(const std::string& email, const std::string& password) {
        auto answer = send("POST", "/v1/sign-in",
                           R"({"email":")" + email + R"(","password":")" + password + "\"}");
        const std::string mark = "\"csrfToken\":\"";
        const std::size_t at = answer.body.find(mark);
        if (at != std::string::npos) csrf_ = answer.body.substr(at + mark.size(), 64);
        return answer;
    }

    std::map<std::string, std::string> cookies_;
    std::vector<std::string> set_cookies_;
    std::string csrf_;

  private:
    transport::HttpClient http_;
    int sent_ = 0;
    const std::string tag_ = " of " + std::to_string(reinterpret_cast<std::uintptr_t>(this));
};

/// A server with users who sign in.
class IdentityFixture : public ServerFixture {
  protected:
    IdentityFixture() { start(); }

    template <class Response, class Request>
    transport::RemoteResult<Response> call(const std::string& key, const char* method,
                                           const Request& request) {
        return client(key).call<Response>(method, request);
    }
    std::string invite(const std::string& key, const std::string& email,
                       std::initializer_list<v1::UserRole> roles) {
        v1::AddUserRequest request;
        request.set_email(email);
        request.set_name(kName);
        for (const v1::UserRole role : roles) request.add_roles(role);
        auto added = call<v1::AddUserResponse>(key, "IdentityService/AddUser", request);
        EXPECT_TRUE(added) << (added ? "" : added.error().message);
        user_ = added.value().user();
        return added.value().invitation();
    }
    std::string accept(const std::string& invitation, const std::string& password = kPassword) {
        v1::AcceptInvitationRequest request;
        request.set_invitation(invitation);
        request.set_password(password);
        const auto done =
            call<v1::AcceptInvitationResponse>("", "IdentityService/AcceptInvitation", request);
        return done ? "" : done.error().reason;
    }
    transport::RemoteResult<v1::SignInResponse> sign_in(const std::string& email,
                                                        const std::string& password = kPassword,
                                                        const std::string& code = {}) {
        v1::SignInRequest request;
        request.set_email(email);
        request.set_password(password);
        request.set_code(code);
        request.set_bearer(true);
        return call<v1::SignInResponse>("", "IdentityService/SignIn", request);
    }
    /// The token of a user of a new buyer's.
    std::string user_token(std::initializer_list<v1::UserRole> roles) {
        buyer_ = sign_up("Buyer", v1::ROLE_BUYER).value();
        EXPECT_EQ(accept(invite(buyer_.secret(), kEmail, roles)), "");
        return sign_in(kEmail).value().token();
    }
    /// Sets a second factor up, and returns its secret.
    std::string set_factor(const std::string& token) {
        const auto begun = call<v1::BeginSecondFactorResponse>(
            token, "IdentityService/BeginSecondFactor", v1::BeginSecondFactorRequest());
        v1::ConfirmSecondFactorRequest confirm;
        factor_step_ = step_now();
        confirm.set_code(code_of(begun.value().secret(), factor_step_));
        recovery_ = call<v1::ConfirmSecondFactorResponse>(
                        token, "IdentityService/ConfirmSecondFactor", confirm)
                        .value();
        return begun.value().secret();
    }
    std::string list_keys(const std::string& token) {
        const auto listed = call<v1::ListApiKeysResponse>(token, "PartyService/ListApiKeys",
                                                          v1::ListApiKeysRequest());
        return listed ? "" : listed.error().reason;
    }
    template <class Response, class Request>
    std::string try_call(const std::string& key, const char* method, const Request& request) {
        const auto done = call<Response>(key, method, request);
        return done ? "" : done.error().reason;
    }
    /// Every file of the server in one text, but for the keys.
    std::string on_disk() const {
        std::string all;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(options_.data)) {
            if (!entry.is_regular_file()) continue;
            std::ifstream stream(entry.path(), std::ios::binary);
            all.append(std::istreambuf_iterator<char>(stream), {});
        }
        return all;
    }

    v1::RegisterPartyResponse buyer_;
    v1::ConfirmSecondFactorResponse recovery_;
    std::uint64_t factor_step_ = 0;  ///< In which the second factor was set.
    std::string user_;
};

}  // namespace penstock::shell
