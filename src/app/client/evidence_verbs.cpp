#include <fmt/core.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <system_error>
#include <vector>

#include "app/client/error.h"
#include "app/client/local_file.h"
#include "app/client/log_key.h"
#include "app/client/print.h"
#include "app/client/session.h"
#include "app/client/verbs.h"
#include "format/receipt.h"
#include "penstock/v1/contract.pb.h"
#include "penstock/v1/evidence.pb.h"
#include "transport/json/write.h"

namespace penstock::client {

namespace {

constexpr const char* kReceiptExtension = ".tlog-proof";

struct EvidenceInput {
    std::string order;
    std::string folder;
    unsigned wait_seconds = 60;
    bool settled = false;
    std::string log_key;
    std::vector<std::string> files;
    bool show = false;
};

/// An order has all its receipts once every contract has ended.
RemoteResult<void> wait_until_settled(Session& session, const std::string& order) {
    v1::GetBillRequest request;
    request.set_order(order);
    const auto settled = [&]() -> RemoteResult<void> {
        TRY_ASSIGN(const auto bill, session.call<v1::Bill>("ContractService/GetBill", request));
        if (bill.settled()) return {};
        RemoteError waiting;
        waiting.code = Code::unavailable;
        waiting.reason = "NOT_SETTLED";
        waiting.message = "Some contracts of the order are still in force; wait for them to end.";
        return std::unexpected(std::move(waiting));
    };
    return session.patiently<void>(settled);
}

RemoteResult<void> save_receipts(Session& session, const EvidenceInput& input) {
    session.set_patience(std::chrono::seconds(input.wait_seconds));
    if (input.settled) TRY(wait_until_settled(session, input.order));
    v1::ListReceiptsRequest request;
    request.set_order(input.order);
    TRY_ASSIGN(const auto response, session.call_patiently<v1::ListReceiptsResponse>(
                                        "EvidenceService/ListReceipts", request, ""));
    Table table({{"KIND"}, {"SUBJECT"}, {"RECORD", Table::Align::right}, {"FILE"}});
    for (const v1::Receipt& receipt : response.receipts()) {
        // Both come from the server: nothing but a plain name may reach the disk.
        if (!format::is_entry_kind(receipt.kind()) || !format::is_entry_subject(receipt.subject()))
            return refuse(kUnsafePath, "receipts", receipt.kind() + "-" + receipt.subject());
        const std::string file =
            input.folder + "/" + receipt.kind() + "-" + receipt.subject() + kReceiptExtension;
        if (auto written = write_file(file, receipt.proof()); !written)
            return refuse(written.error());
        table.add({receipt.kind(), receipt.subject(), std::to_string(receipt.index() + 1), file});
    }
    if (session.output() == Output::machines) {
        print_json(response);
        return {};
    }
    fmt::print("{}Verify them with: penstock verify --log-key KEY {}\n", table.text(),
               input.folder);
    return {};
}

RemoteResult<void> print_log_key(Session& session) {
    TRY_ASSIGN(const auto response, session.call<v1::GetLogKeyResponse>("EvidenceService/GetLogKey",
                                                                        v1::GetLogKeyRequest()));
    if (session.output() == Output::machines)
        print_json(response);
    else
        fmt::print("{}\n", response.verifier_key());
    return {};
}

/// @return Whether the file is a good receipt; prints what it says, or what is wrong.
bool verify_file(const std::string& file, const format::VerifierKey& key, bool show,
                 Output output) {
    Result<format::VerifiedReceipt> receipt = [&]() -> Result<format::VerifiedReceipt> {
        TRY_ASSIGN(const std::string text, read_file(file));
        return format::verify_receipt(text, key);
    }();
    if (output == Output::machines) {
        std::string json = "{\"file\":";
        transport::write_json_string(file, json);
        json.append(receipt ? ",\"valid\":true,\"kind\":" : ",\"valid\":false,\"reason\":");
        transport::write_json_string(receipt ? receipt->entry.kind : receipt.error().reason(),
                                     json);
        json.append(receipt ? ",\"subject\":" : ",\"message\":");
        transport::write_json_string(receipt ? receipt->entry.subject : receipt.error().message(),
                                     json);
        if (receipt)
            json.append(fmt::format(",\"leaf\":{},\"size\":{},\"payload\":{}", receipt->index,
                                    receipt->checkpoint.head.size, receipt->payload));
        fmt::print("{}}}\n", json);
        return receipt.has_value();
    }
    if (!receipt) {
        fmt::print("BAD  {}: {} {}\n", file, receipt.error().reason(), receipt.error().message());
        return false;
    }
    fmt::print("OK   {}: {} {} of {}, record {} of {} in {}\n", file, receipt->entry.kind,
               receipt->entry.subject, time_text(receipt->entry.at_ns), receipt->index + 1,
               receipt->checkpoint.head.size, receipt->checkpoint.origin);
    if (show) fmt::print("     {}\n", receipt->payload);
    return true;
}

/// The files, and in place of a folder the receipts in it, in the order of their names.
Result<std::vector<std::string>> receipts_among(const std::vector<std::string>& paths) {
    namespace fs = std::filesystem;
    std::vector<std::string> files;
    for (const std::string& path : paths) {
        std::error_code error;
        if (!fs::is_directory(path, error)) {
            files.push_back(path);
            continue;
        }
        std::set<std::string> found;
        for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error))
            if (at->path().extension() == kReceiptExtension) found.insert(at->path());
        if (error) return reject(kLocalFile, {}, path + ": " + error.message() + ".");
        // Nothing checked must not pass for nothing wrong.
        if (found.empty()) return reject(kLocalFile, {}, path + " holds no receipts.");
        files.insert(files.end(), found.begin(), found.end());
    }
    return files;
}

RemoteResult<void> verify(Session& session, const EvidenceInput& input) {
    TRY_ASSIGN(const format::VerifierKey key, read_log_key(input.log_key));
    const auto files = receipts_among(input.files);
    if (!files) return refuse(files.error());
    std::size_t bad = 0;
    for (const std::string& file : *files)
        if (!verify_file(file, key, input.show, session.output())) ++bad;
    if (bad > 0)
        return refuse(kVerificationFailed, {},
                      fmt::format("{} of {} not good.", bad, count_text(files->size(), "file")));
    return {};
}

}  // namespace

void add_evidence_verbs(CLI::App& app) {
    const auto input = std::make_shared<EvidenceInput>();
    const auto session = std::make_shared<Session>();
    CLI::App* receipts = app.add_subcommand("receipts", "Saves the receipts of an order");
    session->add_options(*receipts);
    receipts->add_option("order", input->order, "ord_…")->required();
    receipts->add_option("--out", input->folder, "Folder for them")->required();
    receipts->add_option("--wait", input->wait_seconds, "Seconds to wait for the log's signature")
        ->capture_default_str();
    receipts->add_flag("--settled", input->settled, "Waits until the order is settled, too");
    on_call(*receipts, session, [input](Session& open) { return save_receipts(open, *input); });

    const auto other = std::make_shared<Session>();
    CLI::App* log_key = app.add_subcommand("log-key", "Prints the key of the evidence log");
    other->add_options(*log_key);
    on_call(*log_key, other, print_log_key);

    const auto offline = std::make_shared<Session>();
    CLI::App* verifier = app.add_subcommand("verify", "Verifies receipts; needs no server");
    offline->add_output_options(*verifier);
    verifier->add_option("--log-key", input->log_key, "The log's key, or a file that holds it")
        ->required();
    verifier->add_flag("--show", input->show, "Prints what each receipt says, too");
    verifier->add_option("files", input->files, "Receipts, or folders of them")->required();
    on_call(*verifier, offline, [input](Session& open) { return verify(open, *input); });
}

}  // namespace penstock::client
