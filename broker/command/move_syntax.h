#ifndef TRANCHE_BROKER_COMMAND_MOVE_SYNTAX_H_
#define TRANCHE_BROKER_COMMAND_MOVE_SYNTAX_H_

#include <cstddef>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "tranche/v1/messages.pb.h"
#include "tranche/v1/types.pb.h"

// Moves as a person types them:
//
//   move   := verb clause*
//   verb   := a message's body, "term-sheet"
//   clause := "to" agent ("," agent)* | "in" thread | "re" "#" id | path "=" value
//   path   := field ("." field)*          the unit may be left out, as may "terms."; a list's entry
//                                         is field "." number, from 1
//   value  := word | '"' text '"'         in the field's own unit, see ValueForm
//
//   term-sheet to aurora re #41 amount=$500M pre-money=$12B instrument=preferred-equity
//
// docs/play.md has it for people.
namespace tranche {

// What can't be understood, and where in the line: a column from 0.
struct SyntaxError {
  size_t column = 0;
  std::string message;
};

// The message with this id that the typist has seen; null if there is none.
using SeenMessages = std::function<const v1::Message*(uint64_t id)>;

// The move that `line` says. `re` fills in what an answer needs: thread and recipient, where they
// aren't given. `counter-offer re #N` begins with the terms of #N, so that only what changes is
// typed. Errors name the place, and what would be right there: of verbs those of the typist's role,
// though others are understood.
std::variant<v1::Message, SyntaxError> ParseMove(absl::string_view line, v1::Role role,
                                                 const SeenMessages& seen);

// A verb that a role may say.
struct Verb {
  const google::protobuf::FieldDescriptor* body;
  std::string name;     // "term-sheet"
  std::string to;       // whom it is said to, in words
  std::string example;  // a whole line
};
// Those of a role, in the order of the contract (docs/wire.md).
std::vector<Verb> VerbsOf(v1::Role role);
// Fields of a verb, a line each: name, how to write it, words of an enumeration.
std::vector<std::string> FieldsOf(const google::protobuf::FieldDescriptor& body);

// "$500M" for an amount, "yes or no", "2026Q3", the words of an enumeration: how the field's value
// is written.
std::string ValueForm(const google::protobuf::FieldDescriptor& field);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_MOVE_SYNTAX_H_
