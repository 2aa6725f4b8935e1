// Which members of a record may occur together: checked before any digest is recomputed.
//
// Three things fix the members of a line: its status (a result, an error or neither), the form of its input (present,
// absent, rejected, disclosed by fields, or withheld), and what of it is withheld. Every other combination contradicts
// itself and is refused, so that no reader has to choose which half to believe [S-17.4].
#pragma once

#include "engine/record/record.h"

namespace writ {

// The forms an input can have in a line.
enum class InputForm : uint8_t { kPresent, kAbsent, kRejected, kFields, kWithheld };

// The parts that a line withholds; their digests and salts are then not there either.
struct WithheldParts {
  InputForm input = InputForm::kAbsent;  // kFields or kWithheld: the whole is not to be seen
  bool nd = false;                       // all of it, or an entry
  bool result = false;
  bool withholds_input() const { return input == InputForm::kFields || input == InputForm::kWithheld; }
};

// Throws Failure(E_JSON_SYNTAX) that names the contradiction. Digests are not recomputed here.
void check_record_shape(const DecisionRecord& record);

}  // namespace writ
