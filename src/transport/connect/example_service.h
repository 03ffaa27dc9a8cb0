#pragma once

#include "penstock/v1/contract.pb.h"
#include "penstock/v1/system.pb.h"
#include "penstock/v1/task.pb.h"
#include "transport/connect/rpc.h"

namespace penstock::transport {

inline constexpr Rejection kExampleRefusal{13199, Code::failed_precondition, "EXAMPLE_REFUSAL",
                                           "The example refuses this order."};

/// A small application for tests, of a few of the schema's methods. Orders without lines are
/// refused; `wl_0` is a workload whose stream breaks off with an error, `wl_9` one that never ends.
class ExampleService final : public RpcHandler {
  public:
    void call(const Method& method, RpcContext context,
              std::unique_ptr<google::protobuf::Message> request, RpcResponder responder) override {
        if (method.full_name == "SystemService/GetStatus") {
            v1::GetStatusResponse response;
            response.set_version("example");
            response.set_last_sequence(18446744073709551615u);
            response.set_rolling_hash(std::string(context.authorization()));
            responder.reply(response);
        } else if (method.full_name == "ContractService/PlaceOrder") {
            place(static_cast<const v1::PlaceOrderRequest&>(*request), context,
                  std::move(responder));
        } else if (method.full_name == "TaskService/WatchWorkload") {
            watch(static_cast<const v1::WatchWorkloadRequest&>(*request), std::move(responder));
        } else if (method.full_name == "TaskService/ReadLog") {
            const auto& read = static_cast<const v1::ReadLogRequest&>(*request);
            v1::ReadLogResponse response;
            response.set_text("log of " + read.task());
            response.set_next_offset(read.offset() + 1);
            responder.reply_bytes(response.SerializeAsString());
        }  // Every other call is dropped, and so answered for us.
    }

    /// Streams of `wl_9`, still open.
    std::vector<std::unique_ptr<RpcResponder>> open;

  private:
    static void place(const v1::PlaceOrderRequest& request, const RpcContext& context,
                      RpcResponder responder) {
        if (request.lines().empty())
            return responder.fail(Error(kExampleRefusal, "lines", "It has no line."));
        v1::PlaceOrderResponse response;
        response.set_order("ord_" + std::string(context.idempotency_key()));
        for (const auto& line : request.lines()) response.add_contracts(line.product());
        *response.mutable_held() = request.max_total();
        responder.reply(response);
    }

    void watch(const v1::WatchWorkloadRequest& request, RpcResponder responder) {
        v1::GetWorkloadResponse response;
        for (std::uint32_t i = 1; i <= 3; ++i) {
            response.mutable_workload()->set_id(request.workload());
            response.mutable_workload()->set_succeeded(i);
            responder.send(response);
        }
        if (request.workload() == "wl_0") return responder.fail(Error(kExampleRefusal));
        if (request.workload() != "wl_9") return responder.end();
        open.push_back(std::make_unique<RpcResponder>(std::move(responder)));
    }
};

}  // namespace penstock::transport
