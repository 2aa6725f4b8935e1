// What a running program sees: the input, the base documents, and what `with` puts in their place.
//
// A `with` is a scope around a statement. Entering one replaces the input by copies of the containers along the path (what is
// beside the path is shared), puts a value in front of the base documents, shadows what is at and below a document node, and
// puts replacements in front of functions; leaving it brings back what was. Slots, which are what most instructions read, are
// filled again from a document when it is replaced.
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
  // The same without what any `with` has put there.
  const Value* base_data_slots() const { return base_data_slots_.data(); }

  // `values`: one a target, in the order of the scope's targets. What it makes is in `arena`. Charges for merging.
  void enter(const WithScope& scope, const Value* values, BuiltinServices& services, Arena& arena);
  void leave();

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
    Value input, put;
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
  Value input_;                            // as the innermost scope leaves it
  Value put_;                              // what scopes have put in front of the base documents; undefined if nothing
  const Value* input_slots_ = nullptr;     // of input_
  const Value* data_slots_ = nullptr;      // of both base documents and put_
  std::vector<Scope> scopes_;              // outermost first
  std::vector<uint32_t> shadows_;          // document nodes that are replaced, outermost scope first
  std::vector<const WithTarget*> puts_;    // their paths
  std::vector<Replacement> replacements_;  // of functions and built-ins, outermost scope first
  uint32_t first_shown_ = 0;               // replacements before it are hidden
};

}  // namespace writ
