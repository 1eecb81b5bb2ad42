#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/support/byte_buffer.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "broker/server/address.h"
#include "sim/check.h"
#include "tests/bench/star.h"
#include "tranche/v1/broker.grpc.pb.h"

namespace tranche {
namespace {

using Bytes = grpc::ByteBuffer;
using BytesService = v1::Broker::WithRawCallbackMethod_Session<v1::Broker::Service>;

Bytes Frame() {
  // A message that both ends can parse: an unknown field of the length that fills the frame.
  const std::string payload = absl::StrCat(std::string("\xa2\x38", 2), std::string("\xfc\x01", 2),
                                           std::string(kFrameBytes - 4, 'x'));
  const grpc::Slice slice(payload);
  return Bytes(&slice, 1);
}

class BareStar final : public Star, public BytesService {
 public:
  explicit BareStar(int tips) : frame_(Frame()), tips_(static_cast<size_t>(tips)) {
    auto directory = SocketDirectory::Create();
    TRANCHE_CHECK(directory.ok(), directory.status().ToString());
    directory_ = *std::move(directory);
    const std::string address = directory_->address().ToString();
    processes_ =
        std::make_unique<TipProcesses>("bare", address, std::vector<std::string>(tips_, "tip"));
    grpc::ServerBuilder builder;
    builder.RegisterService(this);
    builder.AddListeningPort(address, grpc::InsecureServerCredentials());
    server_ = builder.BuildAndStart();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return streams_.size() == tips_; });
  }
  ~BareStar() override {
    processes_.reset();
    server_->Shutdown();
  }

  RoundCost PlayRounds(int rounds) override {
    const double cpu_before = processes_->CpuSeconds();
    const auto start = std::chrono::steady_clock::now();
    std::unique_lock lock(mutex_);
    left_ = rounds;
    StartRound();
    changed_.wait(lock, [this] { return left_ == 0; });
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
    return {time.count() / rounds, (processes_->CpuSeconds() - cpu_before) / rounds};
  }
  double MeanFrameBytes() const override { return kFrameBytes; }

  grpc::ServerBidiReactor<Bytes, Bytes>* Session(grpc::CallbackServerContext* /*c*/) override {
    auto* stream = new Stream(*this);
    const std::lock_guard lock(mutex_);
    streams_.push_back(stream);
    changed_.notify_all();
    return stream;
  }

 private:
  class Stream final : public grpc::ServerBidiReactor<Bytes, Bytes> {
   public:
    explicit Stream(BareStar& star) : star_(star) { StartRead(&in_); }
    // With the star's mutex held, as all below that isn't a callback.
    void Send() {
      if (writing_) {
        waiting_ = true;
        return;
      }
      writing_ = true;
      StartWrite(&star_.frame_);
    }
    void OnReadDone(bool ok) override {
      if (!ok) {
        Finish(grpc::Status::OK);
        return;
      }
      StartRead(&in_);
      const std::lock_guard lock(star_.mutex_);
      star_.OnAnswer();
    }
    void OnWriteDone(bool ok) override {
      const std::lock_guard lock(star_.mutex_);
      writing_ = false;
      if (waiting_ && ok) {
        waiting_ = false;
        Send();
      }
    }
    void OnDone() override { delete this; }

   private:
    BareStar& star_;
    Bytes in_;
    bool writing_ = false;
    // The answer may be here before the write is known to be done.
    bool waiting_ = false;
  };

  void StartRound() {
    answers_ = 0;
    for (Stream* stream : streams_) stream->Send();
  }
  void OnAnswer() {
    if (++answers_ < tips_) return;
    if (--left_ == 0) {
      changed_.notify_all();
    } else {
      StartRound();
    }
  }

  Bytes frame_;
  const size_t tips_;
  std::unique_ptr<SocketDirectory> directory_;
  std::unique_ptr<TipProcesses> processes_;
  std::unique_ptr<grpc::Server> server_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Stream*> streams_;
  size_t answers_ = 0;
  int left_ = 0;
};

}  // namespace

std::unique_ptr<Star> MakeBareStar(int tips) { return std::make_unique<BareStar>(tips); }

int PlayBareTip(const std::string& address) {
  const auto channel = grpc::CreateChannel(address, grpc::InsecureChannelCredentials());
  const auto stub = v1::Broker::NewStub(channel);
  grpc::ClientContext context;
  context.set_wait_for_ready(true);
  const auto stream = stub->Session(&context);
  // The frame is a message of 256 bytes and no meaning; it is sent back as it came.
  v1::ToAgent in;
  v1::ToBroker out;
  TRANCHE_CHECK(
      out.ParseFromString(absl::StrCat(std::string("\xa2\x38", 2), std::string("\xfc\x01", 2),
                                       std::string(kFrameBytes - 4, 'x'))),
      "the frame is no message");
  while (stream->Read(&in)) stream->Write(out);
  return 0;
}

}  // namespace tranche
