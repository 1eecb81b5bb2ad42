#include "broker/command/run_certificates.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "identity/credentials.h"
#include "identity/identity.h"

namespace tranche {
namespace {

absl::Status MakeFolder(const std::string& path) {
  if (mkdir(path.c_str(), 0700) == 0) return absl::OkStatus();
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot create ", path));
}

Identity IdentityOf(const std::string& run, const std::vector<v1::AgentSpec>& agents) {
  Identity identity = {.run = run, .kind = Identity::Kind::kAgents, .agents = {}};
  for (const v1::AgentSpec& agent : agents) {
    identity.agents.push_back({agent.name(), agent.role()});
  }
  return identity;
}

// Writes folders below the tree's, until one can't be.
class TreeWriter {
 public:
  explicit TreeWriter(const RunCertificates& wanted)
      : wanted_(wanted), authority_(Authority::Create(wanted.run, wanted.validity)) {}

  absl::Status Write(const v1::Scenario& scenario) {
    Add("broker", {.run = wanted_.run, .kind = Identity::Kind::kBroker, .agents = {}},
        wanted_.hosts);
    Add("operator", {.run = wanted_.run, .kind = Identity::Kind::kOperator, .agents = {}}, {});
    AddBlocks("agents", AgentBlocks(scenario, 1),
              [](const std::vector<v1::AgentSpec>& block, size_t) { return block[0].name(); });
    if (wanted_.agents_per_process > 0) {
      AddBlocks("processes", AgentBlocks(scenario, wanted_.agents_per_process),
                [](const std::vector<v1::AgentSpec>&, size_t k) { return absl::StrCat(k); });
    }
    return status_;
  }

 private:
  template <typename NameOf>
  void AddBlocks(const std::string& folder, const std::vector<std::vector<v1::AgentSpec>>& blocks,
                 NameOf name_of) {
    if (!status_.ok()) return;
    status_ = MakeFolder(absl::StrCat(wanted_.folder, "/", folder));
    for (size_t k = 0; k < blocks.size(); ++k) {
      Add(absl::StrCat(folder, "/", name_of(blocks[k], k)), IdentityOf(wanted_.run, blocks[k]), {});
    }
  }

  void Add(const std::string& name, const Identity& identity,
           const std::vector<std::string>& hosts) {
    if (!status_.ok()) return;
    const absl::StatusOr<KeyPair> issued = authority_.Issue(identity, hosts, wanted_.validity);
    status_ = issued.ok() ? WriteCredentials(absl::StrCat(wanted_.folder, "/", name),
                                             authority_.certificate(), *issued)
                          : issued.status();
  }

  const RunCertificates& wanted_;
  const Authority authority_;
  absl::Status status_;
};

}  // namespace

std::vector<std::vector<v1::AgentSpec>> AgentBlocks(const v1::Scenario& scenario,
                                                    size_t agents_per_process) {
  std::vector<v1::AgentSpec> agents(scenario.agents().begin(), scenario.agents().end());
  absl::c_sort(agents, [](const auto& a, const auto& b) { return a.name() < b.name(); });
  std::vector<std::vector<v1::AgentSpec>> blocks;
  for (size_t first = 0; first < agents.size(); first += agents_per_process) {
    const size_t end = std::min(agents.size(), first + agents_per_process);
    blocks.emplace_back(agents.begin() + static_cast<std::ptrdiff_t>(first),
                        agents.begin() + static_cast<std::ptrdiff_t>(end));
  }
  return blocks;
}

Validity ValidFor(absl::Duration lifetime) {
  const absl::Time now = absl::Now();
  return {now - absl::Hours(1), now + lifetime};
}

absl::Status WriteRunCertificates(const RunCertificates& wanted, const v1::Scenario& scenario) {
  if (absl::Status made = MakeFolder(wanted.folder); !made.ok()) {
    if (!absl::IsAlreadyExists(made)) return made;
    return absl::AlreadyExistsError(
        absl::StrCat(wanted.folder,
                     " is there already, and a run may be using what is in it: name another "
                     "folder with --out, or remove it"));
  }
  const absl::Status written = TreeWriter(wanted).Write(scenario);
  if (!written.ok()) {
    std::error_code ignored;
    std::filesystem::remove_all(wanted.folder, ignored);
  }
  return written;
}

}  // namespace tranche
