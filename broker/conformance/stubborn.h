#ifndef TRANCHE_BROKER_CONFORMANCE_STUBBORN_H_
#define TRANCHE_BROKER_CONFORMANCE_STUBBORN_H_

#include <memory>
#include <string>

#include "agents/strategy.h"
#include "tranche/v1/types.pb.h"

namespace tranche {

// An agent who never gives in: whatever `against` proposes it answers with terms a little worse for
// it, for ever, and it begins talks of its own with whoever waits to be asked. To all others it
// says nothing.
std::unique_ptr<Strategy> MakeStubborn(std::string agent, v1::Role role, std::string against);

}  // namespace tranche

#endif  // TRANCHE_BROKER_CONFORMANCE_STUBBORN_H_
