// What a running program sees: the input, the base documents, and what `with` puts in their place.
//
// A `with` is a scope around a statement. Entering one replaces input or data by copies of the containers along the
// path (what is beside the path is shared), shadows the rules at and below a document node, and puts replacements in
// front of functions; leaving it brings back what was. Slots, which are what most instructions read, are filled again
// from a document when it is replaced.
#pragma once

#include <vector>

#include "engine/program/program.h"

namespace writ {

class World {
 public:
  struct Replacement {
    const WithTarget* target;  // of the program: what is replaced, and by what
    Value value;               // if it is by a value
  };

  // `data` is the root of the base documents, an object. Both must outlive their use.
  void bind(const Program* program, const Value& data);
  // As it was bound: no input, no scope.
  void begin();
  void set_input(const Value& input, bool slots_filled);
  // Where a reader of the input puts what the program reads of it.
  Value* own_input_slots() { return own_input_slots_.data(); }

  const Value* input_slots() const { return input_slots_; }
  const Value* data_slots() const { return data_slots_; }

  // `values`: one a target, in the order of the scope's targets. What it makes is in `arena`.
  void enter(const WithScope& scope, const Value* values, Arena& arena);
  void leave();

  // Whether the collection is, or is inside of, a value that a `with` put into the base documents. Charges for its work.
  bool has_put(const Value& collection, BuiltinServices& services) const;
  // Whether a `with` replaces the node or one above it.
  bool is_shadowed(uint32_t node) const;
  // The innermost replacement of a function or built-in; null if there is none.
  const Replacement* find_replacement(WithTarget::Kind kind, uint32_t target) const;
  // A function that replaces another sees those that it replaces itself. Returns what shows them again.
  uint32_t hide_replacements();
  void show_replacements(uint32_t shown) { first_shown_ = shown; }

 private:
  // What a scope has to bring back.
  struct Scope {
    Value input, data;
    const Value* input_slots;
    const Value* data_slots;
    uint32_t shadow_count;
    uint32_t put_count;
    uint32_t replacement_count;
  };

  static Value replace_at(const Value& container, const std::vector<std::string>& path, size_t next, const Value& value,
                          Arena& arena);

  const Program* program_ = nullptr;
  Value base_data_;                        // the root of the bound base documents
  std::vector<Value> own_input_slots_;     // of the input that was set
  std::vector<Value> base_data_slots_;     // of the bound base documents
  Value input_, data_;                     // as the innermost scope leaves them
  const Value* input_slots_ = nullptr;     // of input_
  const Value* data_slots_ = nullptr;      // of data_
  std::vector<Scope> scopes_;              // outermost first
  std::vector<uint32_t> shadows_;          // document nodes that are replaced, outermost scope first
  std::vector<Replacement> puts_;          // the same of base documents
  std::vector<Replacement> replacements_;  // the same of functions and built-ins
  uint32_t first_shown_ = 0;               // replacements before it are hidden
};

}  // namespace writ
