#include "agents/plugin/plugin_file.h"

#include <elf.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agents/plugin/abi.h"

namespace tranche {
namespace {

#if defined(__x86_64__)
constexpr uint16_t kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr uint16_t kMachine = EM_AARCH64;
#else
#error "which machine do plug-ins have to be for?"
#endif

constexpr absl::string_view kAbiSymbol = TRANCHE_PLUGIN_STRING(TRANCHE_PLUGIN_ABI_SYMBOL);
// What a copy of tranche::RegisteredStrategies() begins with, as the C++ ABI mangles it.
constexpr absl::string_view kRegistrySymbol = "_ZN7tranche20RegisteredStrategies";

absl::Status CutShort() {
  return absl::InvalidArgumentError("is damaged or cut short: build it again");
}

// The object of type T at an offset; none where the bytes end before it does.
template <typename T>
std::optional<T> ObjectAt(absl::string_view bytes, uint64_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return std::nullopt;
  T object;
  std::memcpy(&object, bytes.data() + offset, sizeof(T));
  return object;
}

std::optional<absl::string_view> Part(absl::string_view bytes, uint64_t offset, uint64_t size) {
  if (offset > bytes.size() || bytes.size() - offset < size) return std::nullopt;
  return bytes.substr(offset, size);
}

absl::Status CheckHeader(absl::string_view bytes) {
  if (!absl::StartsWith(bytes, absl::string_view(ELFMAG, SELFMAG))) {
    return absl::InvalidArgumentError("is no shared library");
  }
  const std::optional<Elf64_Ehdr> header = ObjectAt<Elf64_Ehdr>(bytes, 0);
  if (!header.has_value()) return CutShort();
  if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_machine != kMachine) {
    return absl::InvalidArgumentError(
        "is built for another machine than this one: build it here, or for this kind of machine");
  }
  if (header->e_type != ET_DYN) {
    return absl::InvalidArgumentError(
        "is an object file or a program, and no shared library: build it with "
        "tranche_add_strategy_plugin");
  }
  return absl::OkStatus();
}

// The dynamic symbols of a shared library.
class DynamicSymbols {
 public:
  // CheckHeader has been passed.
  static absl::StatusOr<DynamicSymbols> Read(absl::string_view bytes) {
    const Elf64_Ehdr header = *ObjectAt<Elf64_Ehdr>(bytes, 0);
    DynamicSymbols symbols(bytes);
    for (uint64_t i = 0; i < header.e_shnum; ++i) {
      const auto section =
          ObjectAt<Elf64_Shdr>(bytes, header.e_shoff + i * uint64_t{header.e_shentsize});
      if (!section.has_value()) return CutShort();
      symbols.sections_.push_back(*section);
    }
    for (const Elf64_Shdr& section : symbols.sections_) {
      if (section.sh_type != SHT_DYNSYM) continue;
      if (section.sh_link >= symbols.sections_.size()) return CutShort();
      const Elf64_Shdr& strings = symbols.sections_[section.sh_link];
      const auto names = Part(bytes, strings.sh_offset, strings.sh_size);
      const auto table = Part(bytes, section.sh_offset, section.sh_size);
      if (!names.has_value() || !table.has_value()) return CutShort();
      symbols.names_ = *names;
      symbols.table_ = *table;
    }
    return symbols;
  }

  // Calls `visit(name, symbol)` for each symbol that the library defines.
  template <typename Visit>
  void ForEachDefined(Visit visit) const {
    for (uint64_t at = 0; at + sizeof(Elf64_Sym) <= table_.size(); at += sizeof(Elf64_Sym)) {
      const Elf64_Sym symbol = *ObjectAt<Elf64_Sym>(table_, at);
      if (symbol.st_shndx == SHN_UNDEF || symbol.st_name >= names_.size()) continue;
      const absl::string_view rest = names_.substr(symbol.st_name);
      visit(rest.substr(0, rest.find('\0')), symbol);
    }
  }

  // What the file holds at a symbol's place.
  std::optional<absl::string_view> ContentOf(const Elf64_Sym& symbol) const {
    if (symbol.st_shndx >= sections_.size()) return std::nullopt;
    const Elf64_Shdr& section = sections_[symbol.st_shndx];
    if (section.sh_type != SHT_PROGBITS || symbol.st_value < section.sh_addr) return std::nullopt;
    return Part(bytes_, section.sh_offset + (symbol.st_value - section.sh_addr), symbol.st_size);
  }

 private:
  explicit DynamicSymbols(absl::string_view bytes) : bytes_(bytes) {}

  absl::string_view bytes_;
  std::vector<Elf64_Shdr> sections_;
  absl::string_view names_;
  absl::string_view table_;
};

// In the order of the description; nothing for a line that isn't of its grammar.
std::vector<std::pair<absl::string_view, absl::string_view>> EntriesOf(absl::string_view abi) {
  std::vector<std::pair<absl::string_view, absl::string_view>> entries;
  for (const absl::string_view line : absl::StrSplit(abi, '\n', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> entry =
        absl::StrSplit(line, absl::MaxSplits('=', 1));
    entries.push_back(entry);
  }
  return entries;
}

absl::string_view ValueOf(absl::string_view abi, absl::string_view name) {
  for (const auto& [its_name, value] : EntriesOf(abi)) {
    if (its_name == name) return value.empty() ? absl::string_view("yes") : value;
  }
  return "not stated";
}

}  // namespace

absl::StatusOr<PluginFile> ReadPluginFile(absl::string_view bytes) {
  if (absl::Status checked = CheckHeader(bytes); !checked.ok()) return checked;
  const absl::StatusOr<DynamicSymbols> symbols = DynamicSymbols::Read(bytes);
  if (!symbols.ok()) return symbols.status();
  PluginFile file;
  std::optional<Elf64_Sym> abi;
  symbols->ForEachDefined([&](absl::string_view name, const Elf64_Sym& symbol) {
    if (name == kAbiSymbol) abi = symbol;
    if (absl::StartsWith(name, kRegistrySymbol)) file.holds_tranche = true;
  });
  if (!abi.has_value()) {
    return absl::NotFoundError(
        absl::StrCat("is a shared library, but no plug-in of Tranche (it lacks ", kAbiSymbol,
                     "): build it with tranche_add_strategy_plugin"));
  }
  const std::optional<absl::string_view> content = symbols->ContentOf(*abi);
  if (!content.has_value()) return CutShort();
  file.abi = std::string(content->substr(0, content->find('\0')));
  return file;
}

absl::Status CompareAbi(absl::string_view plugin, absl::string_view host) {
  std::string differences;
  const auto compare = [&](absl::string_view name) {
    if (absl::StartsWith(name, "built-")) return;
    const absl::string_view its = ValueOf(plugin, name);
    const absl::string_view ours = ValueOf(host, name);
    if (its == ours) return;
    absl::StrAppend(&differences, "\n  ", name, ": ", its, "; this tranche: ", ours);
  };
  for (const auto& [name, value] : EntriesOf(host)) compare(name);
  for (const auto& [name, value] : EntriesOf(plugin)) {
    if (ValueOf(host, name) == "not stated") compare(name);
  }
  if (differences.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "doesn't fit this tranche:", differences,
      "\nBuild it again with the SDK of this tranche, and with its compiler's library and flags "
      "(the plug-in was built with ",
      ValueOf(plugin, "built-with"), ", this tranche with ", ValueOf(host, "built-with"), ")."));
}

}  // namespace tranche
