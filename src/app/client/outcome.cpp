#include "app/client/outcome.h"

#include <fmt/core.h>

#include <string_view>

#include "app/client/pages.h"
#include "app/client/print.h"
#include "base/text.h"
#include "penstock/v1/catalog.pb.h"

namespace penstock::client {

namespace {

constexpr std::size_t kTasksNamedMax = 10;
constexpr std::size_t kNoteMax = 500;

bool ended_by_supplier(const v1::Contract& contract) {
    return contract.close_reason() >= v1::CLOSE_SUPPLIER_DECLINED &&
           contract.close_reason() < v1::CLOSE_WORK_COMPLETED;
}

std::string failed_task_text(const v1::Task& task) {
    std::string why = "failed";
    if (task.exit_code() != 0) why = fmt::format("exit code {}", task.exit_code());
    // Suppliers write notes; one that would disturb the terminal is left out.
    if (is_label(task.note(), {.minimum = 1, .maximum = kNoteMax})) why = task.note() + ",";
    return fmt::format("{} (index {}): {} after {} — penstock log {}", task.id(), task.index(), why,
                       count_text(task.attempts(), "attempt"), task.id());
}

}  // namespace

std::string trouble_text(const v1::GetWorkloadResponse& state, const v1::Bill& bill) {
    const v1::Workload& workload = state.workload();
    if (workload.succeeded() == workload.tasks()) return {};
    std::string text = fmt::format("{} of {} failed and {} were cancelled.", workload.failed(),
                                   count_text(workload.tasks(), "task"), workload.cancelled());
    std::size_t named = 0;
    for (const v1::Task& task : state.tasks()) {
        if (task.state() != v1::TASK_FAILED) continue;
        if (++named <= kTasksNamedMax) text.append("\n  ").append(failed_task_text(task));
    }
    if (named > kTasksNamedMax)
        text.append(fmt::format("\n  … and {} more — penstock log {} --failed",
                                named - kTasksNamedMax, workload.id()));
    for (const v1::Contract& contract : bill.contracts())
        if (ended_by_supplier(contract))
            text.append(fmt::format("\n  {} ended early: {}", contract.id(),
                                    enum_text(contract.close_reason(), "CLOSE_")));
    return text;
}

std::map<std::string, std::string> supplier_names(Session& session) {
    std::map<std::string, std::string> names;
    // A name is a courtesy: without it the id is shown.
    static_cast<void>(for_each_page<v1::ListProductsResponse>(
        session, "CatalogService/ListProducts", v1::ListProductsRequest(),
        [&](const v1::ListProductsResponse& page) {
            for (const v1::Product& product : page.products())
                names[product.party()] = product.supplier_name();
        }));
    return names;
}

v1::Bill bill_if_any(Session& session, const std::string& order) {
    v1::GetBillRequest request;
    request.set_order(order);
    const auto bill = session.call<v1::Bill>("ContractService/GetBill", request);
    return bill ? *bill : v1::Bill();
}

std::string waiting_text(const v1::Bill& bill,
                         const std::map<std::string, std::string>& suppliers) {
    std::string text;
    for (const v1::Contract& contract : bill.contracts()) {
        if (contract.state() != v1::CONTRACT_ORDERED) continue;
        const auto name = suppliers.find(contract.supplier());
        if (!text.empty()) text.append("\n");
        text.append(fmt::format(
            "{}: waiting for {} to accept; if it does not within two minutes of the order, the "
            "contract is cancelled and its money returned",
            contract.id(), name == suppliers.end() ? contract.supplier() : name->second));
    }
    return text;
}

}  // namespace penstock::client
