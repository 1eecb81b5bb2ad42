#include "broker/ensemble/ensemble.h"

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "broker/inline/inline_run.h"
#include "broker/log/run_log.h"
#include "sim/check.h"

namespace tranche {
namespace {

// A point's scenario and who plays it, kept from run to run: a worker plays one point's seeds in
// turn.
struct Prepared {
  size_t point = 0;
  v1::Scenario scenario;
  std::vector<AgentSeat> seats;
};

// Which run a thread plays, and where it stands.
struct Post {
  std::atomic<int64_t> run = 0;
  TurnClock turns;
};

// One thread's part.
class Worker {
 public:
  Worker(const EnsemblePlan& plan, const EnsembleOptions& options, Post& post)
      : plan_(plan), options_(options), post_(post), index_(plan.metrics) {}

  absl::StatusOr<RunOutcome> Play(int64_t run) {
    Prepare(plan_.PointOf(run));
    RunOutcome outcome;
    outcome.quarters = plan_.quarters();
    InlineOptions inline_options = {.keep_records = false};
    absl::StatusOr<std::unique_ptr<RunLog>> log = MakeLog(run);
    if (!log.ok()) return log.status();
    absl::Status logged;
    if (*log != nullptr) {
      inline_options.keep_records = true;
      inline_options.on_quarter = [&](absl::Span<const StoredRecord> records) {
        logged = (*log)->Append(records);
        return logged;
      };
    }
    const absl::Status played = PlayQuarters(run, std::move(inline_options), outcome);
    if (!logged.ok()) return logged;
    if (!played.ok()) outcome.error = std::string(played.message());
    if (*log != nullptr) {
      if (absl::Status finished = (*log)->Finish(); !finished.ok()) return finished;
    }
    return outcome;
  }

  const std::vector<MetricKey>& keys() const { return index_.keys(); }

 private:
  void Prepare(size_t point) {
    if (prepared_.has_value() && prepared_->point == point) return;
    prepared_.emplace(Prepared{point, ScenarioAt(plan_, point), {}});
    absl::StatusOr<std::vector<AgentSeat>> seats = ResolveSeats(prepared_->scenario);
    TRANCHE_CHECK(seats.ok(), "the plan has been checked");
    prepared_->seats = *std::move(seats);
  }

  // Null if none is wanted. What a run that was killed has left is begun anew.
  absl::StatusOr<std::unique_ptr<RunLog>> MakeLog(int64_t run) const {
    if (options_.logs.empty()) return nullptr;
    const std::string path = absl::StrCat(options_.logs, "/", prepared_->scenario.name(), "-p",
                                          plan_.PointOf(run), "-s", plan_.SeedOf(run), ".tranche");
    for (absl::string_view suffix : {"", "-wal", "-shm", "-lock"}) {
      unlink(absl::StrCat(path, suffix).c_str());
    }
    return RunLog::Create(path);
  }

  absl::Status PlayQuarters(int64_t run, InlineOptions inline_options, RunOutcome& outcome) {
    post_.run = run;
    if (options_.on_late) {
      inline_options.on_turn = [this](absl::string_view agent, Quarter quarter, uint32_t round) {
        post_.turns.Begin(agent, quarter, round);
      };
      inline_options.on_turn_over = [this] { post_.turns.End(); };
    }
    std::map<std::string, int64_t> failed;
    inline_options.on_failure = [&failed](const FailedTurn& turn) {
      ++failed[std::string(turn.agent)];
    };
    absl::StatusOr<std::unique_ptr<InlineRun>> played =
        InlineRun::Create(prepared_->scenario, static_cast<uint64_t>(plan_.SeedOf(run)),
                          prepared_->seats, std::move(inline_options));
    if (!played.ok()) return played.status();
    absl::Status status;
    for (int quarter = 0; status.ok() && !(*played)->over(); ++quarter) {
      status = (*played)->PlayQuarter();
      outcome.rounds += (*played)->engine().round();
      if (!status.ok()) break;
      AddQuarter((*played)->engine().market(), quarter, index_, outcome);
      AddFailedTurns(std::exchange(failed, {}), quarter, index_, outcome);
    }
    AddDeals((*played)->engine().market(), outcome);
    return status;
  }

  const EnsemblePlan& plan_;
  const EnsembleOptions& options_;
  Post& post_;
  MetricIndex index_;
  std::optional<Prepared> prepared_;
};

// What the workers share.
class Crew {
 public:
  Crew(const EnsemblePlan& plan, absl::Span<const int64_t> runs, const EnsembleOptions& options,
       const OnOutcome& on_outcome)
      : plan_(plan), runs_(runs), options_(options), on_outcome_(on_outcome) {}

  // Plays runs until there are none left, an error or a request to stop.
  void Work(Post& post) {
    Worker worker(plan_, options_, post);
    while (!ended_) {
      if (options_.stop != nullptr && *options_.stop) return;
      const size_t next = next_++;
      if (next >= runs_.size()) return;
      const absl::StatusOr<RunOutcome> outcome = worker.Play(runs_[next]);
      const std::lock_guard lock(mutex_);
      if (ended_) return;
      const absl::Status taken =
          outcome.ok() ? on_outcome_(runs_[next], *outcome, worker.keys()) : outcome.status();
      if (!taken.ok()) {
        status_ = taken;
        ended_ = true;
        return;
      }
      ++played_;
    }
  }

  absl::Status status() const {
    if (!status_.ok()) return status_;
    if (played_ < runs_.size()) {
      return absl::AbortedError(
          absl::StrCat("stopped with ", played_, " of ", runs_.size(), " runs played"));
    }
    return absl::OkStatus();
  }

 private:
  const EnsemblePlan& plan_;
  const absl::Span<const int64_t> runs_;
  const EnsembleOptions& options_;
  const OnOutcome& on_outcome_;
  std::atomic<size_t> next_ = 0;
  std::atomic<bool> ended_ = false;
  std::mutex mutex_;  // over what follows
  size_t played_ = 0;
  absl::Status status_;
};

void Watch(std::vector<Post>& posts, const EnsembleOptions& options, absl::Notification& over) {
  constexpr absl::Duration kLookEvery = absl::Milliseconds(250);
  while (!over.WaitForNotificationWithTimeout(kLookEvery)) {
    for (Post& post : posts) {
      const std::optional<OpenTurn> turn = post.turns.Late(options.deadline);
      if (turn.has_value()) options.on_late(post.run, *turn);
    }
  }
}

}  // namespace

absl::Status PlayEnsemble(const EnsemblePlan& plan, absl::Span<const int64_t> runs,
                          const EnsembleOptions& options, const OnOutcome& on_outcome) {
  Crew crew(plan, runs, options, on_outcome);
  const unsigned machine = std::max(1U, std::thread::hardware_concurrency());
  const size_t jobs = std::min(runs.size(), options.jobs > 0 ? static_cast<size_t>(options.jobs)
                                                             : static_cast<size_t>(machine));
  std::vector<Post> posts(std::max<size_t>(jobs, 1));
  absl::Notification over;
  std::thread watch;
  if (options.on_late) watch = std::thread([&] { Watch(posts, options, over); });
  std::vector<std::thread> threads;
  for (size_t i = 1; i < jobs; ++i) threads.emplace_back([&, i] { crew.Work(posts[i]); });
  crew.Work(posts[0]);
  for (std::thread& thread : threads) thread.join();
  over.Notify();
  if (watch.joinable()) watch.join();
  return crew.status();
}

absl::Status PlayEnsemble(const EnsemblePlan& plan, const EnsembleOptions& options,
                          const OnOutcome& on_outcome) {
  std::vector<int64_t> runs(static_cast<size_t>(plan.runs()));
  std::iota(runs.begin(), runs.end(), int64_t{0});
  return PlayEnsemble(plan, runs, options, on_outcome);
}

}  // namespace tranche
