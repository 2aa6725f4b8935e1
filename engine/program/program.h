// A compiled policy: what the compiler makes, a file holds and the machine runs. Immutable once verified, shared by all
// threads.
//
// A program is a set of *functions* in one array of fixed-width instructions. A function is a rule (no arguments; all its
// definitions together), a function of the policy, the whole extent of a package, a query, or what a document has at keys that
// are its arguments (KeyedRead). It runs in a frame of
// registers (Values), iterators and builders, three index spaces of their own, so that no instruction can mistake one for
// the other. A field that reads (`kRegOrConst`) names a register, or a constant when kConstantBit is set.
//
// Nothing in a program depends on input or data: those meet it in the machine. What it wants from them is written down:
// the *input slots* (all ground paths of `input`, a trie filled while the input is parsed) and the *data slots* (ground
// paths of base documents, resolved once when a snapshot is bound).
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/arena.h"
#include "engine/base/fuel_model.h"
#include "engine/base/span.h"
#include "engine/builtins/builtin.h"
#include "engine/program/language.h"
#include "engine/value/json.h"
#include "engine/value/value.h"

namespace writ {

enum class Opcode : uint16_t {
#define OPCODE(enumerator, name, a, b, c, jump, x, flow, work, each, text) enumerator,
#include "engine/program/opcodes.def"
#undef OPCODE
};

// What a field of an instruction holds, and where an instruction goes on: explained in opcodes.def.
enum class Field : uint8_t {
  kNone, kReg, kOptionalReg, kRegOrConst, kArgs, kArgCount, kPairCount, kRowCount, kIterator, kNewIterator, kBuilder,
  kNewBuilder, kTarget, kInputSlot, kDataSlot, kFunction, kBuiltin, kConst, kNode, kWith, kIndex, kCompare, kBuildKind,
  kConflict, kLeafKind, kNumber,
};
enum class Flow : uint8_t { kNext, kJump, kReturn, kLoop, kChoose, kEnter, kLeave };

struct OpcodeInfo {
  std::string_view name;
  Field a, b, c, jump, x;
  Flow flow;
  uint16_t work, each;
  std::string_view text;
};
extern const OpcodeInfo kOpcodes[];
extern const uint32_t kOpcodeCount;

inline const OpcodeInfo& opcode_info(Opcode op) { return kOpcodes[static_cast<uint16_t>(op)]; }

struct Instruction {
  Opcode op = Opcode::kJump;
  uint16_t a = 0, b = 0, c = 0;
  uint32_t jump = 0;  // absolute index into Program::code
  uint32_t x = 0;
};
static_assert(sizeof(Instruction) == 16);

// Parts of a unit of fuel that the columns `work` and `each` of opcodes.def count in.
inline constexpr uint32_t kWorkPerUnit = 32;
// What an instruction does at most beside what it charges for itself; 0 if it charges a unit at least.
inline uint64_t work_of(const Instruction& in) {
  const OpcodeInfo& info = opcode_info(in.op);
  return info.work + uint64_t{info.each} * in.c;
}

inline constexpr uint16_t kConstantBit = 0x8000;   // set in a kRegOrConst field: the rest is a constant's number
inline constexpr uint16_t kNoRegister = 0xffff;    // in a kOptionalReg field
inline constexpr uint32_t kMaxRegisters = 0x7ff0;  // per function
inline constexpr uint32_t kNone32 = UINT32_MAX;

enum class CompareKind : uint32_t { kEqual, kNotEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };
enum class BuildKind : uint32_t {
  kArray,
  kSet,
  kObject,  // of equal keys with different values: a conflict
  kTree,    // rows of keys and a leaf, as rules with references in their heads make them
};
// The leaf of a row of a tree.
enum class LeafKind : uint32_t {
  kValue,
  kSetElement,
  kEmptyObject,  // only a place: stays empty if no other row fills it
  kEmptySet,     // the same of a set
};
enum class ConflictKind : uint32_t { kCompleteRule, kFunction, kObjectKeys };

enum class FunctionKind : uint8_t { kRule, kFunction, kExtent, kQuery, kKeyed };

struct Function {
  FunctionKind kind = FunctionKind::kRule;
  std::string path;             // "data.authz.allow", for people only: what a function is, its node says
  uint32_t node = kNone32;      // DocumentNode of a rule, function or extent; kNone32: a query
  uint32_t entry = 0;           // first instruction
  uint32_t end = 0;             // one past the last
  uint16_t argument_count = 0;  // they arrive in registers 0 …
  uint16_t register_count = 0;
  uint16_t iterator_count = 0;
  uint16_t builder_count = 0;
  // Whether some `with` of the program replaces its node or one above. Inside such a scope a call yields the base document
  // at its node.
  bool may_be_shadowed = false;
  uint32_t whole = kNone32;     // kKeyed: the function that makes the whole document; kNone32: any other
  // Derived at load: whether its values are kept for equal arguments. See finish_program.
  bool keeps_values = false;
};

// A place under `data` at or above a rule, a function or what a `with` replaces. Its number is what rules, shadows and entry
// points go by; paths are only ever made from nodes. Dynamic references walk nodes instead of a merged copy.
struct DocumentNode {
  std::string key;                 // the segment that leads here from the parent; any text
  uint32_t parent = kNone32;       // a smaller number; kNone32 for the root alone
  uint32_t rule = kNone32;         // function that computes the rule of this path, if there is one
  uint32_t extent = kNone32;       // function that reads the whole of it
  uint32_t data_slot = kNone32;    // base document at the same path
  // Derived at load: node numbers, sorted by key. See finish_program.
  std::vector<uint32_t> children;
};

// One target of a `with`; its value is the argument of the same position.
struct WithTarget {
  enum class Kind : uint8_t { kInput, kData, kFunction, kBuiltin };
  enum class By : uint8_t { kValue, kFunction, kBuiltin };  // what a function is replaced by
  Kind kind = Kind::kInput;
  std::vector<std::string> path;  // kInput, kData: below `input` / `data`
  uint32_t node = kNone32;        // kData: DocumentNode of the same path; kNone32: a step of it is no text
  uint32_t target = 0;            // kFunction, kBuiltin: its number
  By by = By::kValue;
  uint32_t replacement = 0;       // kFunction: function number; kBuiltin: number in `builtins`
};

struct WithScope {
  std::vector<WithTarget> targets;
};

// A decision tree over input slots or arguments that leaves, for given values, the alternatives that can succeed.
struct RuleIndex {
  struct Node {
    // What is tested: an input slot, or the register of a function's argument; kNone32 both: a leaf.
    uint32_t slot = kNone32;
    uint32_t reg = kNone32;
    std::vector<std::pair<uint32_t, uint32_t>> branches;  // constant → node
    uint32_t otherwise = 0;                               // node for any other value, undefined included
    std::vector<uint32_t> alternatives;                   // leaf: entry points in source order
    // Derived at load: constants by hash; see finish_index.
    std::vector<uint32_t> table;
    uint32_t mask = 0;
  };
  std::vector<Node> nodes;  // 0 is the root
};

// A place in the code where a document with dynamic heads is read and the keys that follow are known. If making the whole of it
// fails for a reason that may lie in another key, the evaluation goes on from there with what the document has at these keys.
struct KeyedRead {
  static constexpr uint32_t kMaxKeys = 16;  // more are not needed to tell what is at a place
  static constexpr uint32_t kConstant = 0x80000000;  // set in a key: the rest is a constant's number

  uint32_t pc = 0;             // the instruction that reads the document
  uint32_t function = 0;       // of kind kKeyed
  std::vector<uint32_t> keys;  // its arguments: registers of the reader, or constants
};

struct SpanEntry {
  uint32_t pc;  // first instruction the span covers
  Span span;
};

// A rule or package as something to decide: derived from the document nodes.
struct EntryPoint {
  std::vector<std::string> segments;  // of its path below `data`
  std::string text;                   // the same joined by "/", for people, requests and digests: "authz/allow"
  uint32_t node = 0;                  // DocumentNode
  uint32_t function = 0;              // its extent or rule
};

// A host function that the program calls, and the built-in by which the machine calls it.
struct HostBuiltin {
  HostFunction function;
  Builtin builtin;
};

struct Program {
  Language language;                      // as which the texts were read
  uint16_t fuel_model = kNoFuelModel;     // the unit of the fuel that it takes
  std::vector<Instruction> code;
  std::vector<Function> functions;
  std::vector<Value> constants;           // in `arena`
  std::vector<const Builtin*> builtins;   // what the code calls
  std::deque<HostBuiltin> host_functions;
  PathTrie input_paths;
  PathTrie data_paths;
  std::vector<DocumentNode> nodes;        // 0 is the root, `data`
  std::vector<WithScope> withs;
  std::vector<RuleIndex> indexes;
  std::vector<EntryPoint> entries;        // sorted by text: every rule and package. Derived at load
  std::vector<KeyedRead> keyed_reads;     // sorted by pc, which may have several
  std::vector<SpanEntry> spans;           // sorted by pc
  SourceMap sources;                      // texts, so that messages can show lines; empty names are possible
  Arena arena;                            // owns constants

  const Instruction* at(uint32_t pc) const { return &code[pc]; }
  // The position in `entries` of an entry point such as "authz/allow"; kNone32 if there is none. O(log n).
  uint32_t entry_index(std::string_view text) const;
  // Its function; kNone32 if there is none.
  uint32_t entry_function(std::string_view text) const;
  // The built-in that calls this host function, added if it is new. Throws Failure(E_POLICY) beyond kMaxArity.
  const Builtin* host_function(const HostFunction& function);
  // The reads at keys of the instructions from `begin` up to `end`. O(log n).
  std::span<const KeyedRead> keyed_reads_of(uint32_t begin, uint32_t end) const;
  // How the instruction reads what the function `whole` makes, if the keys are known; else null. O(log n).
  const KeyedRead* keyed_read(uint32_t pc, uint32_t whole) const;
  // The source position of an instruction; row 0 if unknown.
  Span span_at(uint32_t pc) const;
};

// The path of a node below `data`, outermost segment first.
std::vector<std::string> path_of(const Program& program, uint32_t node);

// Every rule and package as an entry point, sorted by text. Two with the same text are a compile error: only one of them
// could be reached.
std::vector<EntryPoint> list_entry_points(const Program& program);

// The entry text of what a user wrote: "authz/allow", "data.authz.allow", `data.a["b.c"].p` (which is "a/b.c/p").
std::string entry_path(std::string_view written);

// Sets up the derived members (children of nodes, entry points, hash tables of rule indexes); called by the compiler and
// the loader.
void finish_program(Program& program);

// The category of built-ins that are functions of the host.
inline constexpr std::string_view kHostCategory = "host";

// Empty if the program is safe to run unchecked: every field in bounds, every jump inside its function, every builder
// and scope in order. Otherwise what is wrong, with the instruction's number.
std::string verify(const Program& program);

// The listing that golden tests compare and `writ build --dump=bytecode` prints.
std::string disassemble(const Program& program);

// The versioned file form, ending in its SHA-256. Loading verifies; throws Failure(E_POLICY) on anything wrong.
std::string serialise(const Program& program);
std::unique_ptr<Program> load_program(std::string_view bytes);

}  // namespace writ
