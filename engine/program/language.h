// How the texts of a policy are read: one set of options, from the command line to the parser.
//
//   Language          what the texts mean. A program keeps it and its file holds it, so that replay reads them alike.
//   LanguageOptions   that, and what only the check needs: it lets fewer texts through, or more, and changes none.
//
// The options of the engine and of the compiler contain these; parser, check and lowering take them by reference.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/host_function.h"
#include "engine/program/capabilities.h"

namespace writ {

// What the text of a module is read as. kV0CompatV1: as v0, and it has to be valid as v1 too. kV2: v1 in which `and`, `or`
// and `not` with a body are always there; a module can be it only where a bundle's manifest or the host says so.
enum class RegoVersion : uint8_t { kV0, kV1, kV0CompatV1, kV2 };

// A module that is read as another version than the rest.
struct ModuleVersion {
  std::string module;  // its name among the sources
  RegoVersion version = RegoVersion::kV1;
  bool operator==(const ModuleVersion&) const = default;
};

struct Language {
  RegoVersion version = RegoVersion::kV1;
  bool experimental_keywords = false;  // `and`, `or` and the new `not` without an import
  bool keep_print = false;             // print statements reach Host::note; otherwise they are erased
  std::vector<ModuleVersion> module_versions;  // sorted by module; what the manifests of bundles say
  // What capabilities say, where there are any: the words that policies may use, and the hosts that http.send may reach.
  std::optional<WordSet> words;                       // absent: those of the version
  std::optional<std::vector<std::string>> allow_net;  // absent: any host

  // As which the module of that name is read.
  RegoVersion version_of(std::string_view module) const {
    auto other = std::lower_bound(module_versions.begin(), module_versions.end(), module,
                                  [](const ModuleVersion& row, std::string_view wanted) { return row.module < wanted; });
    return other != module_versions.end() && other->module == module ? other->version : version;
  }

  // Whether modules of that version may use the word. From v2 on, some words come with the version.
  bool offers(Word word, RegoVersion of) const {
    WordSet set = words ? *words : default_words(of == RegoVersion::kV0 || of == RegoVersion::kV0CompatV1);
    constexpr WordSet kOfV2 = word_bit(Word::kKeywordsInRefs) | word_bit(Word::kTemplateStrings);
    if (of == RegoVersion::kV2 && (set & word_bit(Word::kRegoV2)) != 0) set |= kOfV2;
    return (set & word_bit(word)) != 0;
  }
};

// A JSON schema that annotations can refer to, as `schema.NAME…`. Without a name it is `schema` itself, the type of the input.
struct SchemaText {
  std::vector<std::string> name;
  std::string json;
};

struct LanguageOptions : Language {
  bool strict = false;  // unused variables, imports and arguments are errors
  uint32_t max_errors = 0;  // after so many the check stops and says so; 0 for no limit. Errors of reading have none
  std::vector<HostFunction> functions;  // what the host offers
  std::vector<SchemaText> schemas;      // what `# METADATA schemas` refers to
  // The functions that policies may call; null: all. Its words and hosts count as they are in Language.
  std::shared_ptr<const Capabilities> capabilities;

  // Restricts policies to these capabilities, and declares the functions of the host that they name.
  void restrict_to(std::shared_ptr<const Capabilities> given) {
    words = given->words;
    allow_net = given->allow_net;
    for (HostFunction& function : given->host_functions()) functions.push_back(std::move(function));
    capabilities = std::move(given);
  }
};

}  // namespace writ
