#include "agents/plugin/plugin_file.h"

#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "agents/plugin/abi.h"
#include "agents/plugin/plugin.h"

namespace tranche {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// A shared library of two sections besides the dynamic symbols: their names and the content of one
// of them. Another symbol may be defined too.
std::string Library(const std::string& symbol, const std::string& content,
                    const std::string& other = "other") {
  const std::string names = std::string(1, '\0') + symbol + '\0' + other + '\0';
  Elf64_Ehdr header = {};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_type = ET_DYN;
  header.e_machine = EM_X86_64;
#if defined(__aarch64__)
  header.e_machine = EM_AARCH64;
#endif
  Elf64_Sym symbols[3] = {};
  symbols[1].st_name = 1;
  symbols[1].st_shndx = 3;
  symbols[1].st_value = 0x1000;
  symbols[1].st_size = content.size();
  symbols[2] = symbols[1];
  symbols[2].st_name = static_cast<Elf64_Word>(symbol.size() + 2);

  Elf64_Shdr sections[4] = {};
  sections[1].sh_type = SHT_DYNSYM;
  sections[1].sh_link = 2;
  sections[1].sh_offset = sizeof(header);
  sections[1].sh_size = sizeof(symbols);
  sections[2].sh_type = SHT_STRTAB;
  sections[2].sh_offset = sections[1].sh_offset + sections[1].sh_size;
  sections[2].sh_size = names.size();
  sections[3].sh_type = SHT_PROGBITS;
  sections[3].sh_addr = 0x1000;
  sections[3].sh_offset = sections[2].sh_offset + sections[2].sh_size;
  sections[3].sh_size = content.size();
  header.e_shoff = sections[3].sh_offset + sections[3].sh_size;
  header.e_shentsize = sizeof(Elf64_Shdr);
  header.e_shnum = 4;

  const auto bytes_of = [](const auto& object) {
    return std::string(reinterpret_cast<const char*>(&object), sizeof(object));
  };
  return absl::StrCat(bytes_of(header), bytes_of(symbols), names, content, bytes_of(sections));
}

const char kSymbol[] = TRANCHE_PLUGIN_STRING(TRANCHE_PLUGIN_ABI_SYMBOL);

TEST(PluginFileTest, ReadsTheDescriptionWithoutLoading) {
  const auto file = ReadPluginFile(Library(kSymbol, std::string("tranche-plugin 1\na=b\n", 22)));
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->abi, "tranche-plugin 1\na=b\n");
  EXPECT_FALSE(file->holds_tranche);
}

TEST(PluginFileTest, SaysWhatAFileIsThatIsNoPlugin) {
  EXPECT_THAT(ReadPluginFile("#!/bin/sh\n").status().message(), HasSubstr("no shared library"));
  EXPECT_THAT(ReadPluginFile("").status().message(), HasSubstr("no shared library"));
  EXPECT_THAT(ReadPluginFile(Library("cos", "…")).status().message(),
              HasSubstr("no plug-in of Tranche"));
  std::string program = Library(kSymbol, "x");
  program[offsetof(Elf64_Ehdr, e_type)] = ET_REL;
  EXPECT_THAT(ReadPluginFile(program).status().message(), HasSubstr("object file"));
  std::string foreign = Library(kSymbol, "x");
  foreign[offsetof(Elf64_Ehdr, e_machine)] = EM_386;
  EXPECT_THAT(ReadPluginFile(foreign).status().message(), HasSubstr("another machine"));
}

TEST(PluginFileTest, NoCutMakesItReadBeyondTheEnd) {
  const std::string whole = Library(kSymbol, "tranche-plugin 1\n");
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(ReadPluginFile(whole.substr(0, size)).ok()) << size;
  }
}

TEST(PluginFileTest, NoByteMakesItReadBeyondTheEnd) {
  const std::string whole = Library(kSymbol, "tranche-plugin 1\n");
  for (size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(0xFF);
    // Whatever it says, it returns: the sanitizers see the rest.
    (void)ReadPluginFile(damaged).ok();
  }
}

TEST(PluginFileTest, KnowsACopyOfTrancheByItsRegistry) {
  const auto file =
      ReadPluginFile(Library(kSymbol, "x", "_ZN7tranche20RegisteredStrategiesB5cxx11Ev"));
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_TRUE(file->holds_tranche);
}

TEST(CompareAbiTest, ItFitsItself) { EXPECT_TRUE(CompareAbi(HostAbi(), HostAbi()).ok()); }

TEST(CompareAbiTest, SaysEachThingThatDiffers) {
  const std::string plugin = absl::StrReplaceAll(
      HostAbi(), {{"sanitizer=none", "sanitizer=address"},
                  {absl::StrCat("tranche=", TRANCHE_SDK_VERSION), "tranche=0.0.9"}});
  const absl::Status differs = CompareAbi(plugin, HostAbi());
  EXPECT_TRUE(absl::IsFailedPrecondition(differs));
  EXPECT_THAT(differs.message(),
              AllOf(HasSubstr("tranche: 0.0.9; this tranche: " TRANCHE_SDK_VERSION),
                    HasSubstr("sanitizer: address; this tranche: none"),
                    HasSubstr("Build it again"), Not(HasSubstr("protobuf:"))));
}

TEST(CompareAbiTest, WhatOneOfThemDoesNotKnowDiffersToo) {
  EXPECT_THAT(CompareAbi("tranche-plugin 1\n", "tranche-plugin 1\nmodules=no\n").message(),
              HasSubstr("modules: not stated; this tranche: no"));
  EXPECT_THAT(CompareAbi("tranche-plugin 1\nmodules=no\n", "tranche-plugin 1\n").message(),
              HasSubstr("modules: no; this tranche: not stated"));
  EXPECT_FALSE(CompareAbi("tranche-plugin 2\n", "tranche-plugin 1\n").ok());
}

TEST(CompareAbiTest, AssertionsAndCompilerAreToldAndNotCompared) {
  EXPECT_TRUE(CompareAbi("a=1\nbuilt-with=clang\n", "a=1\nbuilt-with=g++\n").ok());
}

}  // namespace
}  // namespace tranche
