#include "broker/command/environment_command.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "agents/strategy.h"
#include "broker/command/exit_codes.h"
#include "broker/command/logging.h"
#include "broker/command/plugin_flag.h"
#include "broker/command/strategy_flag.h"
#include "broker/command/text_file.h"
#include "broker/environment/run_batch.h"
#include "broker/inline/inline_run.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl.h"
#include "google/protobuf/util/delimited_message_util.h"
#include "sim/scenario.h"
#include "tranche/v1/environment.pb.h"

namespace tranche {
namespace {

constexpr uint32_t kMostSlots = 100'000;
constexpr uint32_t kMostThreads = 1'024;
// A request of more bytes is nonsense rather than moves.
constexpr uint32_t kMostRequestBytes = 256 << 20;
// What protobuf can write.
constexpr size_t kMostReplyBytes = std::numeric_limits<int32_t>::max();

// The scenario's seats with the strategies laid over them.
absl::StatusOr<std::vector<AgentSeat>> LayStrategies(const v1::Scenario& scenario,
                                                     const v1::OpenBatch& request) {
  absl::StatusOr<std::vector<AgentSeat>> seats = ResolveSeats(scenario);
  if (!seats.ok()) return seats.status();
  const std::vector<std::string> flags(request.strategies().begin(), request.strategies().end());
  const absl::StatusOr<std::vector<StrategyChoice>> choices = ParseStrategyFlags(flags);
  if (!choices.ok()) return choices.status();
  if (absl::Status applied = ApplyStrategies(*choices, *seats); !applied.ok()) return applied;
  for (AgentSeat& seat : *seats) {
    absl::StatusOr<AgentSeat> resolved = ResolveSeat(seat);
    if (!resolved.ok()) return resolved.status();
    seat = *std::move(resolved);
  }
  return seats;
}

absl::StatusOr<std::unique_ptr<RunBatch>> OpenBatch(const v1::OpenBatch& request) {
  if (request.size() > kMostSlots) {
    return absl::InvalidArgumentError(
        absl::StrCat("a batch has at most ", kMostSlots, " slots, not ", request.size()));
  }
  absl::StatusOr<v1::Scenario> scenario = LoadScenario(request.scenario(), ReadTextFile);
  if (!scenario.ok()) return scenario.status();
  absl::StatusOr<std::vector<AgentSeat>> seats = LayStrategies(*scenario, request);
  if (!seats.ok()) return seats.status();
  RunBatch::Options options;
  options.scenario = *std::move(scenario);
  options.seats = *std::move(seats);
  options.agents.assign(request.agents().begin(), request.agents().end());
  options.every_round = request.every_round();
  options.metrics.assign(request.metrics().begin(), request.metrics().end());
  options.digests = request.digests();
  options.size = request.size();
  const uint32_t threads =
      request.threads() > 0 ? request.threads() : std::thread::hardware_concurrency();
  options.threads = std::clamp(threads, 1U, std::clamp(request.size(), 1U, kMostThreads));
  return RunBatch::Open(std::move(options));
}

v1::EnvironmentReply Error(absl::string_view what) {
  v1::EnvironmentReply reply;
  reply.set_error(std::string(what));
  return reply;
}

// What is said on standard input and output, from the opening to the end of the input.
class Conversation {
 public:
  v1::EnvironmentReply Answer(const v1::EnvironmentRequest& request) {
    if (request.has_open()) return Open(request.open());
    if (batch_ == nullptr) return Error("open a batch first");
    switch (request.request_case()) {
      case v1::EnvironmentRequest::kReset:
        return batch_->Reset(request.reset());
      case v1::EnvironmentRequest::kStep:
        return batch_->Step(request.step());
      default:
        return Error("a request that this release doesn't know");
    }
  }

 private:
  v1::EnvironmentReply Open(const v1::OpenBatch& request) {
    if (batch_ != nullptr) return Error("a batch is open already");
    absl::StatusOr<std::unique_ptr<RunBatch>> batch = OpenBatch(request);
    if (!batch.ok()) return Error(batch.status().message());
    batch_ = *std::move(batch);
    return {};
  }

  std::unique_ptr<RunBatch> batch_;
};

bool HasEnded(google::protobuf::io::ZeroCopyInputStream& in) {
  const void* data = nullptr;
  int size = 0;
  do {
    if (!in.Next(&data, &size)) return true;
  } while (size == 0);
  in.BackUp(size);
  return false;
}

// OutOfRange: the input has ended where a request might begin. InvalidArgument: it is something
// else than requests.
absl::Status ReadRequest(google::protobuf::io::ZeroCopyInputStream& in,
                         v1::EnvironmentRequest& request) {
  if (HasEnded(in)) return absl::OutOfRangeError("the input has ended");
  google::protobuf::io::CodedInputStream coded(&in);
  uint32_t size = 0;
  if (!coded.ReadVarint32(&size)) {
    return absl::InvalidArgumentError("standard input has no length before a request");
  }
  if (size > kMostRequestBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("standard input announces a request of ", size, " bytes; one has at most ",
                     kMostRequestBytes, ": is it tranche.v1.EnvironmentRequest, delimited?"));
  }
  const auto limit = coded.PushLimit(static_cast<int>(size));
  request.Clear();
  if (!request.MergeFromCodedStream(&coded) || !coded.ConsumedEntireMessage() ||
      coded.BytesUntilLimit() != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("standard input has ", size,
                     " bytes, or fewer and its end, that are no tranche.v1.EnvironmentRequest"));
  }
  coded.PopLimit(limit);
  return absl::OkStatus();
}

ExitCode Serve() {
  google::protobuf::io::FileInputStream in(STDIN_FILENO);
  google::protobuf::io::FileOutputStream out(STDOUT_FILENO);
  const auto say = [&out](v1::EnvironmentReply reply) {
    if (const size_t bytes = reply.ByteSizeLong(); bytes > kMostReplyBytes) {
      reply =
          Error(absl::StrCat("the reply would have ", bytes, " bytes, and a message has at most ",
                             kMostReplyBytes, ": reset and step fewer slots at a time"));
    }
    return google::protobuf::util::SerializeDelimitedToZeroCopyStream(reply, &out) && out.Flush();
  };
  Conversation conversation;
  v1::EnvironmentRequest request;
  while (true) {
    const absl::Status read = ReadRequest(in, request);
    if (absl::IsOutOfRange(read)) return kExitOk;
    if (!read.ok()) {
      // Nothing behind it can be made sense of either.
      ReportError("environment", read);
      say(Error(read.message()));
      return kExitUsage;
    }
    if (!say(conversation.Answer(request))) return kExitIo;
  }
}

}  // namespace

void AddEnvironmentCommand(CLI::App& app, int& exit_code) {
  CLI::App* environment =
      app.add_subcommand("environment", "Step a batch of runs from a program that trains a policy");
  environment->footer(
      "Reads tranche.v1.EnvironmentRequest from standard input and writes EnvironmentReply to\n"
      "standard output, delimited; tranche.environment of the Python package speaks it. Ends with\n"
      "its input.\n"
      "Example: python3 -c 'from tranche.environment import Market; help(Market)'\n"
      "Exit codes: 0 the input ended, 2 it makes no sense, 7 failure of input and output");
  AddPluginFlag(*environment);
  environment->callback([&exit_code] { exit_code = Serve(); });
}

}  // namespace tranche
