// Compiled into every plug-in (tranche_add_strategy_plugin sees to it), with the plug-in's own
// compiler and flags: its description, for the host to read from the file before it is loaded.

#include "agents/plugin/abi.h"

extern "C" {
// Declared before it is defined, since a const object is otherwise its file's own.
__attribute__((visibility("default"))) extern const char TRANCHE_PLUGIN_ABI_SYMBOL[];
const char TRANCHE_PLUGIN_ABI_SYMBOL[] = TRANCHE_PLUGIN_ABI_DESCRIPTION;
}
