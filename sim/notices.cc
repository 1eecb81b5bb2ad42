#include "sim/notices.h"

#include <algorithm>

namespace tranche {

v1::Message& Notify(const World& world, MarketOutput& out, absl::string_view thread,
                    std::initializer_list<AgentId> recipients) {
  v1::Message* message = out.AddMessage();
  message->set_sender("market");
  message->set_thread(std::string(thread));
  for (const AgentId* recipient = recipients.begin(); recipient != recipients.end(); ++recipient) {
    if (!recipient->valid() || !world.agents[*recipient].active) continue;
    if (std::find(recipients.begin(), recipient, *recipient) != recipient) continue;
    message->add_recipients(world.name_of(*recipient));
  }
  return *message;
}

v1::Message& NotifyEverybody(const World& world, MarketOutput& out) {
  v1::Message& message = Notify(world, out, "", {});
  for (const Agent& agent : world.agents) {
    if (agent.active) message.add_recipients(agent.seat.name);
  }
  return message;
}

}  // namespace tranche
