#include "shell/oidc/id_token.h"

#include <gtest/gtest.h>

#include <string>

namespace penstock::oidc {
namespace {

// Made with node's crypto, by keys that were thrown away.
constexpr std::string_view kKeys =
    R"({"keys":[{"kty":"RSA","n":"qLwMXAHQ1PXod9hVuRdUetq4Gv6LuDqOs0dCDYizuAj_WpvO6U2IPcfB3ps)"
    R"(5Q9HjQnbFj2c2LXmXlZQ5JLXWXkgwb_E4CLbWWa-xZ6-wYs8kIXCxc0_U25KyNudwtJJZicPI88roH7aFHp11N)"
    R"(Xh5TxN3BAGO7M8ibU9kTpI7lD3YPKhr9VA7A6S3_2WNCNA2jnm9Oo_ay4hx-iZUZ5iCmSs5lTPnJGorLF8tzcK)"
    R"(7P9ARYtqQhN6YzvYDHhyj8VQJ0pvSAACW1aZ9ys_FGOIy8Z5nF2KNwRw9nTciwj1lpVMvBmf1QHYFaUdApc1bw)"
    R"(ojQTbU_T0hd1zzd3E81ijCaZw","e":"AQAB","kid":"rsa","use":"sig"},{"kty":"EC","x":"Y-2P2P)"
    R"(mzg8cKmXvePEn8G8SlKHV_OpDBk5XaVplHi60","y":"hZtD7GW7VOd0cD6WEcUvZ376el00BZsx-MbG7dWfRv)"
    R"(A","crv":"P-256","kid":"ec"},{"kty":"RSA","n":"7AswKDD2jxUTMrnMJTjXTm9oOxk8OomCwhLDzsN)"
    R"(mzEgD4yENoUtekOPNyWbcMIYFFmO5Ps3EqhAOVuXdyDBwiET2_8-Xk94RqFii4Qb1XSPlZQ6oTXB9ySd68Y3je)"
    R"(C1c0GcSk52GzA5_rwp2I802LH-EiwmNDxnjo0gqD4BZ7YU","e":"AQAB","kid":"small"},{"kty":"RSA")"
    R"(,"n":"qLwMXAHQ1PXod9hVuRdUetq4Gv6LuDqOs0dCDYizuAj_WpvO6U2IPcfB3ps5Q9HjQnbFj2c2LXmXlZQ5)"
    R"(JLXWXkgwb_E4CLbWWa-xZ6-wYs8kIXCxc0_U25KyNudwtJJZicPI88roH7aFHp11NXh5TxN3BAGO7M8ibU9kTp)"
    R"(I7lD3YPKhr9VA7A6S3_2WNCNA2jnm9Oo_ay4hx-iZUZ5iCmSs5lTPnJGorLF8tzcK7P9ARYtqQhN6YzvYDHhyj)"
    R"(8VQJ0pvSAACW1aZ9ys_FGOIy8Z5nF2KNwRw9nTciwj1lpVMvBmf1QHYFaUdApc1bwojQTbU_T0hd1zzd3E81ij)"
    R"(CaZw","e":"AQAB","kid":"enc","use":"enc"},{"kty":"oct","kid":"oct","k":"AAAA"}]})";
constexpr std::string_view kRs256 =
    R"(eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSJ9.eyJpc3MiOiJodHRwczovL2lkLnRlc3QiLCJzdWIiOiIyNDgyO)"
    R"(Dk3NjEwMDEiLCJhdWQiOiJwZW5zdG9jayIsIm5vbmNlIjoibi0wUzZfV3pBMk1qIiwiZXhwIjoxODAwMDAwNjA)"
    R"(wLCJpYXQiOjE4MDAwMDAwMDAsImVtYWlsIjoid2FuZy5mYW5nQGV4YW1wbGUudGVzdCIsImVtYWlsX3Zlcmlma)"
    R"(WVkIjp0cnVlLCJhbXIiOlsicHdkIiwib3RwIl19.C46G8YzxSzPY2jFKkCLaQIRrIoj1nkBeeTupVSV6vVXgW8)"
    R"(u1JJASmJAdJj1gfC_rWRqIOH3gh62nmi49GxoxXe1n3BedwGLxq19stwNn88SKpVGzCc8i4YpwqJv9V7FaumxJ)"
    R"(gTZXyWGDGCXWNGk81Iy-stwxdzsppXmQkL6iXgFhEK_VxwicGLVn6_hjU3x2ZdRxQBOcXPvhy5KFTqGQh7FBSf)"
    R"(wz8ZT-CZJbhod9JR7W2cEOQfXqZTvpHlYT5SYkVESnGDWHAbu75xP_ubhTMaQh3sCDK1Cq08y9JEPmEHyM7aaY)"
    R"(w7w5nQNbACc9ECiGWU3TlWzA1OXF0FBJGxuLRg)";
constexpr std::string_view kPs256 =
    R"(eyJhbGciOiJQUzI1NiIsImtpZCI6InJzYSJ9.eyJpc3MiOiJodHRwczovL2lkLnRlc3QiLCJzdWIiOiIyNDgyO)"
    R"(Dk3NjEwMDEiLCJhdWQiOiJwZW5zdG9jayIsIm5vbmNlIjoibi0wUzZfV3pBMk1qIiwiZXhwIjoxODAwMDAwNjA)"
    R"(wLCJpYXQiOjE4MDAwMDAwMDAsImVtYWlsIjoid2FuZy5mYW5nQGV4YW1wbGUudGVzdCIsImVtYWlsX3Zlcmlma)"
    R"(WVkIjp0cnVlLCJhbXIiOlsicHdkIiwib3RwIl19.PDc1UbSXFrfwLfrwFo5N4fZoj8cowZv5hrKU_z_Eyx-5q0)"
    R"(RVGJHHN7R7vqyo4mOXDnvqWIZHyvH7Nj1J5ZNp9c92H3vBzstBGEeTVL0mKvKH7aZ7_lFTTiOoD81GZFr3XxAt)"
    R"(jruZgKWMlBf8aDLj7oyqskp9_f1fM2_zfMdS6TYDYGo2BOkD5EVQS0ufCXta78VllEc43aPe6fLUFOlG2-uvBf)"
    R"(0cnBzD4OAyiGcURUhNEipgNAxQXBx9L9jxlMlAYMJg7u4PhBI9-MZ3wKkozpWvfbm9m5M84qEcdFEy_uWx12HW)"
    R"(qgQMpkkcMJhSF8DQ5i076HnVgkbkaR-eDpgq8Q)";
constexpr std::string_view kEs256 =
    R"(eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjIn0.eyJpc3MiOiJodHRwczovL2lkLnRlc3QiLCJzdWIiOiIyNDgyOD)"
    R"(k3NjEwMDEiLCJhdWQiOiJwZW5zdG9jayIsIm5vbmNlIjoibi0wUzZfV3pBMk1qIiwiZXhwIjoxODAwMDAwNjAw)"
    R"(LCJpYXQiOjE4MDAwMDAwMDAsImVtYWlsIjoid2FuZy5mYW5nQGV4YW1wbGUudGVzdCIsImVtYWlsX3ZlcmlmaW)"
    R"(VkIjp0cnVlLCJhbXIiOlsicHdkIiwib3RwIl19.7ldnqmohV9KhaZaIWO27u4AegZIaFze87uYP0kRVte6O5tG)"
    R"(e7ovkmVRI2FOHORDsAAKizOVtgkc7R_OMsv5qqg)";
constexpr std::string_view kHs256 =
    R"(eyJhbGciOiJIUzI1NiIsImtpZCI6InJzYSJ9.eyJpc3MiOiJodHRwczovL2lkLnRlc3QiLCJzdWIiOiIyNDgyO)"
    R"(Dk3NjEwMDEiLCJhdWQiOiJwZW5zdG9jayIsIm5vbmNlIjoibi0wUzZfV3pBMk1qIiwiZXhwIjoxODAwMDAwNjA)"
    R"(wLCJpYXQiOjE4MDAwMDAwMDAsImVtYWlsIjoid2FuZy5mYW5nQGV4YW1wbGUudGVzdCIsImVtYWlsX3Zlcmlma)"
    R"(WVkIjp0cnVlLCJhbXIiOlsicHdkIiwib3RwIl19.vHkCjsMzt1wlbI0tsjdBQpPVdBfYb5VekG-vNcvw6UM)";
constexpr std::string_view kNone =
    R"(eyJhbGciOiJub25lIiwia2lkIjoicnNhIn0.eyJpc3MiOiJodHRwczovL2lkLnRlc3QiLCJzdWIiOiIyNDgyOD)"
    R"(k3NjEwMDEiLCJhdWQiOiJwZW5zdG9jayIsIm5vbmNlIjoibi0wUzZfV3pBMk1qIiwiZXhwIjoxODAwMDAwNjAw)"
    R"(LCJpYXQiOjE4MDAwMDAwMDAsImVtYWlsIjoid2FuZy5mYW5nQGV4YW1wbGUudGVzdCIsImVtYWlsX3ZlcmlmaW)"
    R"(VkIjp0cnVlLCJhbXIiOlsicHdkIiwib3RwIl19.)";
constexpr std::string_view kSmall =
    R"(eyJhbGciOiJSUzI1NiIsImtpZCI6InNtYWxsIn0.eyJpc3MiOiJodHRwczovL2lkLnRlc3QiLCJzdWIiOiIyND)"
    R"(gyODk3NjEwMDEiLCJhdWQiOiJwZW5zdG9jayIsIm5vbmNlIjoibi0wUzZfV3pBMk1qIiwiZXhwIjoxODAwMDAw)"
    R"(NjAwLCJpYXQiOjE4MDAwMDAwMDAsImVtYWlsIjoid2FuZy5mYW5nQGV4YW1wbGUudGVzdCIsImVtYWlsX3Zlcm)"
    R"(lmaWVkIjp0cnVlLCJhbXIiOlsicHdkIiwib3RwIl19.vQaS8mDoq7LEShy1VUDiqZ3fCl5xJ03GXTub68M0m5m)"
    R"(-fOVJbGWt4hfuNHgHjv2q6A067qwHzztwP2I4_sLGo7c8GTP3FBeewKDxJOkOVDq3TeDFJMe2GEJTgC0VckBRg)"
    R"(WSqvG1gr42W1_Ml765q1nTXWTeEty2cNdazRP9iQCw)";
constexpr std::string_view kTwoAudiences =
    R"(eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjIn0.eyJpc3MiOiJodHRwczovL2lkLnRlc3QiLCJzdWIiOiIyNDgyOD)"
    R"(k3NjEwMDEiLCJhdWQiOlsicGVuc3RvY2siLCJvdGhlciJdLCJub25jZSI6Im4tMFM2X1d6QTJNaiIsImV4cCI6)"
    R"(MTgwMDAwMDYwMCwiaWF0IjoxODAwMDAwMDAwLCJlbWFpbCI6IndhbmcuZmFuZ0BleGFtcGxlLnRlc3QiLCJlbW)"
    R"(FpbF92ZXJpZmllZCI6dHJ1ZSwiYW1yIjpbInB3ZCIsIm90cCJdfQ.77247ydyTh1ONABV8R6eF7G7WJUc2itst)"
    R"(CcS1_EWuvGkrII8acenCpiFiAKWESEeFuF0rsXEMnKZWliaRI4scg)";
constexpr std::string_view kOneAudience =
    R"(eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjIn0.eyJpc3MiOiJodHRwczovL2lkLnRlc3QiLCJzdWIiOiIyNDgyOD)"
    R"(k3NjEwMDEiLCJhdWQiOlsicGVuc3RvY2siXSwibm9uY2UiOiJuLTBTNl9XekEyTWoiLCJleHAiOjE4MDAwMDA2)"
    R"(MDAsImlhdCI6MTgwMDAwMDAwMCwiZW1haWwiOiJ3YW5nLmZhbmdAZXhhbXBsZS50ZXN0IiwiZW1haWxfdmVyaW)"
    R"(ZpZWQiOnRydWUsImFtciI6WyJwd2QiLCJvdHAiXX0.YF5KuwL4zymQ-F2M37E76ro6cxkbcw4wIxMMNXCjxEG-)"
    R"(Lm0roMQx4SOE1JgeGKPI06G2fkx05LNTK45_ySQdyQ)";
constexpr std::string_view kOtherParty =
    R"(eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjIn0.eyJpc3MiOiJodHRwczovL2lkLnRlc3QiLCJzdWIiOiIyNDgyOD)"
    R"(k3NjEwMDEiLCJhdWQiOiJwZW5zdG9jayIsIm5vbmNlIjoibi0wUzZfV3pBMk1qIiwiZXhwIjoxODAwMDAwNjAw)"
    R"(LCJpYXQiOjE4MDAwMDAwMDAsImVtYWlsIjoid2FuZy5mYW5nQGV4YW1wbGUudGVzdCIsImVtYWlsX3ZlcmlmaW)"
    R"(VkIjp0cnVlLCJhbXIiOlsicHdkIiwib3RwIl0sImF6cCI6Im90aGVyIn0.OWlaqkrN_iQGdcyxxU3QSHUAKDwt)"
    R"(99UNrQABn-igbwEi88SfxY8ypW1kfLRtzokI01r1akIt5EZw1rTcDa5aug)";
constexpr std::string_view kUnverified =
    R"(eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjIn0.eyJpc3MiOiJodHRwczovL2lkLnRlc3QiLCJzdWIiOiIyNDgyOD)"
    R"(k3NjEwMDEiLCJhdWQiOiJwZW5zdG9jayIsIm5vbmNlIjoibi0wUzZfV3pBMk1qIiwiZXhwIjoxODAwMDAwNjAw)"
    R"(LCJpYXQiOjE4MDAwMDAwMDAsImVtYWlsIjoid2FuZy5mYW5nQGV4YW1wbGUudGVzdCIsImVtYWlsX3ZlcmlmaW)"
    R"(VkIjoidHJ1ZSIsImFtciI6WyJwd2QiXX0.lcfESbDGLYZv4MFe27O-xjBkMWkLQ1DG5eAPZtF6VtoYNe57w7Ka)"
    R"(Ln2OvBYu8SrzWoHfmnmoYfIlRjdhKLbQ8g)";
constexpr std::string_view kNobody =
    R"(eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjIn0.eyJpc3MiOiJodHRwczovL2lkLnRlc3QiLCJzdWIiOiIiLCJhdW)"
    R"(QiOiJwZW5zdG9jayIsIm5vbmNlIjoibi0wUzZfV3pBMk1qIiwiZXhwIjoxODAwMDAwNjAwLCJpYXQiOjE4MDAw)"
    R"(MDAwMDAsImVtYWlsIjoid2FuZy5mYW5nQGV4YW1wbGUudGVzdCIsImVtYWlsX3ZlcmlmaWVkIjp0cnVlLCJhbX)"
    R"(IiOlsicHdkIiwib3RwIl19.mr3ip1WWSE9WpWtmyaT1K-2IlVuy8wtRv-mUrRHf2H1P61s5HYtw_5NMZBZLrS9)"
    R"(yzVP4fMX3QO1zYwvGLYxesQ)";
constexpr std::string_view kFractionalTimes =
    R"(eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjIn0.eyJpc3MiOiJodHRwczovL2lkLnRlc3QiLCJzdWIiOiIyNDgyOD)"
    R"(k3NjEwMDEiLCJhdWQiOiJwZW5zdG9jayIsIm5vbmNlIjoibi0wUzZfV3pBMk1qIiwiZXhwIjoxODAwMDAwNjAw)"
    R"(LjUsImlhdCI6MTgwMDAwMDAwMCwiZW1haWwiOiJ3YW5nLmZhbmdAZXhhbXBsZS50ZXN0IiwiZW1haWxfdmVyaW)"
    R"(ZpZWQiOnRydWUsImFtciI6WyJwd2QiLCJvdHAiXX0.ns2-ejst-uOD3ashYphs7DhRpEevOVDbJezmhCLnWxCh)"
    R"(5JueF1DfKIxJvRpvUNItxkm3Qz-6LbPLsetS_cQyGg)";
constexpr std::string_view kCritical =
    R"(eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjIiwiY3JpdCI6WyJiNjQiXSwiYjY0IjpmYWxzZX0.eyJpc3MiOiJodH)"
    R"(RwczovL2lkLnRlc3QiLCJzdWIiOiIyNDgyODk3NjEwMDEiLCJhdWQiOiJwZW5zdG9jayIsIm5vbmNlIjoibi0w)"
    R"(UzZfV3pBMk1qIiwiZXhwIjoxODAwMDAwNjAwLCJpYXQiOjE4MDAwMDAwMDAsImVtYWlsIjoid2FuZy5mYW5nQG)"
    R"(V4YW1wbGUudGVzdCIsImVtYWlsX3ZlcmlmaWVkIjp0cnVlLCJhbXIiOlsicHdkIiwib3RwIl19.pMQKryxnq9N)"
    R"(BG9az_gARIg2dOao2Nu_fFF62Kk8eDQtoUwncKPv2dLlX1Py3PDaOEExqCT7a6roVaR5Jea5PbA)";
constexpr std::string_view kWithoutKeyId =
    R"(eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkLnRlc3QiLCJzdWIiOiIyNDgyODk3NjEwMDEiLCJhd)"
    R"(WQiOiJwZW5zdG9jayIsIm5vbmNlIjoibi0wUzZfV3pBMk1qIiwiZXhwIjoxODAwMDAwNjAwLCJpYXQiOjE4MDA)"
    R"(wMDAwMDAsImVtYWlsIjoid2FuZy5mYW5nQGV4YW1wbGUudGVzdCIsImVtYWlsX3ZlcmlmaWVkIjp0cnVlLCJhb)"
    R"(XIiOlsicHdkIiwib3RwIl19.DZhAE1gOliKdd-AlcXrKqAwzmfkrzktm-enuFLqtm0mCW4zqTjakZSrhi_tz8_)"
    R"(rSpF666c-Rrl9I6VK6v6GkYQ)";

constexpr Expected kExpected{.issuer = "https://id.test",
                             .client_id = "penstock",
                             .nonce = "n-0S6_WzA2Mj",
                             .now_seconds = 1'800'000'100};

const KeySet& keys() {
    static const KeySet kSet = parse_key_set(kKeys).value();
    return kSet;
}

/// What is wrong with a token; empty when nothing is.
std::string fault(std::string_view token, const Expected& expected = kExpected) {
    const auto checked = check_id_token(token, keys(), expected);
    if (checked) return "";
    EXPECT_EQ(checked.error().reason(), "OIDC_TOKEN_INVALID");
    return checked.error().detail();
}

TEST(IdToken, tells_who_somebody_is) {
    for (const std::string_view token : {kRs256, kPs256, kEs256, kOneAudience}) {
        const auto claims = check_id_token(token, keys(), kExpected);
        ASSERT_TRUE(claims) << claims.error().message();
        EXPECT_EQ(claims->subject, "248289761001");
        EXPECT_EQ(claims->email, "wang.fang@example.test");
        EXPECT_TRUE(claims->second_factor);
    }
    EXPECT_EQ(key_id_of(kRs256), "rsa");
    EXPECT_EQ(key_id_of("a.b"), std::nullopt);
}

TEST(IdToken, is_trusted_for_addresses_that_were_verified_alone) {
    const auto claims = check_id_token(kUnverified, keys(), kExpected);
    ASSERT_TRUE(claims);
    EXPECT_EQ(claims->email, "");
    EXPECT_FALSE(claims->second_factor);
}

TEST(IdToken, is_refused_without_a_signature_or_with_a_public_key_for_a_secret) {
    EXPECT_EQ(fault(kNone), "Its algorithm is not taken.");
    EXPECT_EQ(fault(kHs256), "Its algorithm is not taken.");
}

TEST(IdToken, is_refused_by_weak_unknown_and_unfit_keys) {
    EXPECT_FALSE(keys().contains("small"));
    EXPECT_FALSE(keys().contains("enc"));
    EXPECT_FALSE(keys().contains("oct"));
    EXPECT_EQ(fault(kSmall), "Its key is unknown.");
    EXPECT_EQ(fault(kWithoutKeyId), "Its key is unknown.");
    EXPECT_EQ(fault(kCritical), "It has critical headers.");
}

TEST(IdToken, is_refused_when_one_character_is_another) {
    for (const std::string_view token : {kRs256, kEs256}) {
        for (std::size_t i = 0; i < token.size(); i += 7) {
            std::string changed(token);
            // The first bit of a character: the last ones may be left over.
            changed[i] = changed[i] >= 'a' ? 'A' : 'z';
            EXPECT_NE(fault(changed), "") << i;
        }
        EXPECT_NE(fault(token.substr(0, token.rfind('.') + 1)), "");
    }
    EXPECT_EQ(fault(""), "It is malformed.");
    EXPECT_EQ(fault("a.b.c.d"), "It is malformed.");
    EXPECT_EQ(fault(std::string(20'000, 'a')), "It is malformed.");
}

TEST(IdToken, is_refused_when_it_is_for_another_of_another_or_by_another) {
    Expected expected = kExpected;
    expected.client_id = "other";
    EXPECT_EQ(fault(kRs256, expected), "It is for somebody else.");
    EXPECT_EQ(fault(kTwoAudiences), "It is for somebody else.");
    EXPECT_EQ(fault(kOtherParty), "It was given to somebody else.");
    expected = kExpected;
    expected.issuer = "https://id.test/";
    EXPECT_EQ(fault(kRs256, expected), "Its issuer is another.");
    expected = kExpected;
    expected.nonce = "another";
    EXPECT_EQ(fault(kRs256, expected), "It is of another sign-in.");
    expected.nonce = "";
    EXPECT_EQ(fault(kRs256, expected), "It is of another sign-in.");
    EXPECT_EQ(fault(kNobody), "It names nobody.");
}

TEST(IdToken, holds_from_when_it_was_made_to_its_end_and_a_minute_of_drift) {
    const auto at = [](std::int64_t now) {
        Expected expected = kExpected;
        expected.now_seconds = now;
        return fault(kRs256, expected);
    };
    EXPECT_EQ(at(1'800'000'659), "");
    EXPECT_EQ(at(1'800'000'660), "It has expired.");
    EXPECT_EQ(at(1'799'999'940), "");
    EXPECT_EQ(at(1'799'999'939), "It comes from the future.");
    EXPECT_EQ(fault(kFractionalTimes), "It says not when it was made and ends.");
}

TEST(UserInfo, is_taken_about_the_same_person_alone) {
    Claims claims{.subject = "7", .email = "", .second_factor = false};
    EXPECT_FALSE(add_user_info(R"({"sub":"8","email":"a@b","email_verified":true})", claims));
    EXPECT_FALSE(add_user_info("[]", claims));
    EXPECT_TRUE(add_user_info(R"({"sub":"7","email":"a@b"})", claims));
    EXPECT_EQ(claims.email, "");
    EXPECT_TRUE(add_user_info(R"({"sub":"7","email":"a@b","email_verified":true})", claims));
    EXPECT_EQ(claims.email, "a@b");
}

TEST(KeySet, is_refused_when_it_is_none) {
    for (const char* text : {"", "[]", "{}", R"({"keys":1})", R"({"keys":[)"})
        EXPECT_FALSE(parse_key_set(text)) << text;
    EXPECT_TRUE(parse_key_set(R"({"keys":[7,{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]})")
                    .value()
                    .empty());
}

}  // namespace
}  // namespace penstock::oidc
