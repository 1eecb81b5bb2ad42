#include "broker/command/agent_command.h"

#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "agents/plugin/plugin.h"
#include "agents/process/role_process.h"
#include "agents/strategy.h"
#include "broker/command/agent_new_command.h"
#include "broker/command/check_command.h"
#include "broker/command/exit_codes.h"
#include "broker/command/identity_flag.h"
#include "broker/command/logging.h"
#include "broker/command/plugin_flag.h"
#include "broker/command/strategy_flag.h"
#include "broker/server/address.h"
#include "sim/seat.h"

namespace tranche {
namespace {

struct AgentOptions {
  std::vector<std::string> names;
  std::string address;
  std::string identity;
  bool insecure = false;
  std::vector<std::string> strategies;
  double patience_seconds = 60;
  bool list = false;
};

// ", of libbold.so"; nothing for one that is built in.
std::string OriginOf(const StrategyInfo& strategy) {
  for (const LoadedPlugin& plugin : LoadedPlugins()) {
    if (absl::c_linear_search(plugin.strategies, strategy.name)) {
      return absl::StrCat(", of ", plugin.path);
    }
  }
  return "";
}

void ListStrategies(std::ostream& out) {
  for (const StrategyInfo* strategy : RegisteredStrategies()) {
    const bool is_default = DefaultStrategy(strategy->role) == strategy->name;
    out << strategy->name << " (" << RoleName(strategy->role) << (is_default ? ", the default" : "")
        << OriginOf(*strategy) << ")\n  " << strategy->summary << "\n";
    for (const v1::Parameter& parameter : strategy->parameters) {
      out << "    " << parameter.name() << " = " << parameter.value() << "\n";
    }
  }
}

// Those to be played are those that the certificate names, or some of them.
absl::Status MatchIdentity(RoleProcessOptions& role) {
  if (!role.identity.has_value()) return absl::OkStatus();
  const Identity& identity = role.identity->identity;
  for (const v1::JoinAgent& agent : role.agents) {
    if (identity.Find(agent.agent()) != nullptr) continue;
    return absl::PermissionDeniedError(absl::StrCat("the certificate in ", role.identity->folder,
                                                    " is that of ", identity.ToString(),
                                                    ": it can't play ", agent.agent()));
  }
  if (!role.agents.empty()) return absl::OkStatus();
  for (const Identity::Agent& agent : identity.agents) {
    role.agents.emplace_back().set_agent(agent.name);
  }
  return absl::OkStatus();
}

absl::StatusOr<RoleProcessOptions> MakeRole(const AgentOptions& options) {
  const absl::StatusOr<Address> address = ParseAddress(options.address);
  if (!address.ok()) return address.status();
  absl::StatusOr<std::optional<Credentials>> identity =
      LoadProtection(*address, options.identity, options.insecure, Identity::Kind::kAgents);
  if (!identity.ok()) return identity.status();
  absl::StatusOr<std::vector<StrategyChoice>> choices = ParseStrategyFlags(options.strategies);
  if (!choices.ok()) return choices.status();

  RoleProcessOptions role;
  role.address = options.address;
  role.identity = *std::move(identity);
  role.patience = absl::Seconds(options.patience_seconds);
  for (const std::string& name : options.names) role.agents.emplace_back().set_agent(name);
  if (absl::Status named = MatchIdentity(role); !named.ok()) return named;
  for (const StrategyChoice& choice : *choices) {
    const auto agent =
        absl::c_find_if(role.agents, [&](const auto& a) { return a.agent() == choice.agent; });
    if (agent == role.agents.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--strategy names ", choice.agent, ", who isn't played here"));
    }
    agent->set_strategy(choice.strategy);
    agent->mutable_parameters()->Add(choice.parameters.begin(), choice.parameters.end());
  }
  return role;
}

ExitCode ExitCodeOf(const absl::Status& ended) {
  switch (ended.code()) {
    case absl::StatusCode::kOk:
      return kExitOk;
    case absl::StatusCode::kAborted:
      return kExitStopped;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
      return kExitUsage;
    default:
      return kExitRunFailed;
  }
}

ExitCode PlayAgents(const AgentOptions& options) {
  if (options.list) {
    ListStrategies(std::cout);
    return kExitOk;
  }
  SetLogComponent(absl::StrCat("agent ", absl::StrJoin(options.names, " ")));
  const absl::StatusOr<RoleProcessOptions> role = MakeRole(options);
  const absl::Status ended = role.ok() ? PlayRole(*role) : role.status();
  if (!ended.ok() && !absl::IsAborted(ended)) {
    ReportError("agent", ended);
  }
  return ExitCodeOf(ended);
}

}  // namespace

void AddAgentCommand(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<AgentOptions>();
  CLI::App* agent = app.add_subcommand(
      "agent", "Play agents of a run that is served elsewhere, or make one (new)");
  agent->footer(
      "Examples: tranche agent openai --connect unix:/run/user/1000/tranche.sock\n"
      "  tranche agent --connect broker-host:7410 --identity certificates/agents/openai\n"
      "Exit codes: 0 run completed, 1 no broker or lost it, 2 the broker refuses, 6 run stopped");

  CLI::Option* list =
      agent->add_flag("--list", options->list, "List the strategies there are, with parameters");
  CLI::Option* names =
      agent->add_option("name", options->names, "Agents to play [with --identity: those it names]");
  CLI::Option* connect = agent->add_option("--connect", options->address,
                                           "Where the broker serves: unix:PATH or HOST:PORT");
  CLI::Option* identity =
      agent->add_option("--identity", options->identity,
                        "Over TCP: folder of the agents' certificate, see tranche cert");
  agent->add_flag("--insecure", options->insecure, "Talk over TCP without encryption")
      ->excludes(identity);
  agent
      ->add_option("--strategy", options->strategies,
                   "What the run must have them play: AGENT=STRATEGY[:PARAMETER=NUMBER,...]; the "
                   "broker refuses another [the run's]")
      ->allow_extra_args(false);
  AddPluginFlag(*agent);
  agent
      ->add_option("--patience", options->patience_seconds,
                   "Seconds to wait for a broker that can't be reached or is lost")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  agent->require_subcommand(0, 1);
  AddAgentNewCommand(*agent, exit_code);
  AddCheckCommand(*agent, exit_code);
  agent->callback([agent, options, list, names, connect, identity, &exit_code] {
    if (!agent->get_subcommands().empty()) return;
    if (list->count() == 0 && names->count() == 0 && identity->count() == 0) {
      throw CLI::RequiredError("the name of an agent");
    }
    if (list->count() == 0 && connect->count() == 0) throw CLI::RequiredError("--connect");
    exit_code = PlayAgents(*options);
  });
}

}  // namespace tranche
