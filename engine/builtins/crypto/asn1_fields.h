// ASN.1 as keys and requests have it: the fields of a structure one after another, read as Go's encoding/asn1 reads
// them into a struct, with its faults. It is laxer than DerReader, which certificates go through: what follows the last
// field of a structure is ignored, tags may have several bytes, and an explicit tag's own length is not looked at.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/builtins/crypto/der.h"

namespace writ {

struct Asn1Header {
  int tag_class = 0;
  int64_t tag = 0;
  int64_t length = 0;
  bool is_compound = false;
};

struct Asn1Element {
  bool is_present = false;  // false for an optional field that is not there
  Asn1Header header;
  std::string_view contents;
  std::string_view full;  // with the header
};

// What the declaration of a field says besides its type.
struct Asn1Field {
  std::string_view type = {};  // Go's name of the type, for faults; empty for one without a name
  bool is_optional = false;
  bool is_explicit = false;
  int tag = -1;                // context-specific; -1: that of the type
  bool is_set = false;
};

class Asn1Fields {
 public:
  // Faults are written to `*fault`, which the caller owns; the first one ends the reading.
  Asn1Fields(std::string_view bytes, std::string* fault) : bytes_(bytes), fault_(fault) {}

  // Whether all has been read.
  bool empty() const { return offset_ == bytes_.size(); }
  std::string_view rest() const { return bytes_.substr(offset_); }

  // Each reads the next field; false after a fault. An optional field that is missing leaves its target alone.
  bool integer(int64_t* value, const Asn1Field& field = {.type = "int"});
  // Two's complement.
  bool big_integer(std::string_view* bytes, const Asn1Field& field = {});
  bool octets(std::string_view* bytes, const Asn1Field& field = {});
  bool oid(std::string_view* oid, const Asn1Field& field = {.type = "ObjectIdentifier"});
  bool bits(BitString* bits, const Asn1Field& field = {.type = "BitString"});
  bool any(Asn1Element* element, const Asn1Field& field = {.type = "RawValue"});
  // A structure or a list; its fields are read through `*inside`.
  bool sequence(Asn1Fields* inside, const Asn1Field& field, Asn1Element* element = nullptr);
  bool boolean(bool* value, const Asn1Field& field = {.type = "bool"});
  // Whether the rest is elements with that universal tag, as a list has to be before any of them is looked into.
  bool is_list_of(int64_t tag, bool is_compound);
  // Whether the rest is whole elements of any kind.
  bool is_list() { return check_list(true, 0, false); }

  bool syntax_fault(std::string_view text) { return fail("asn1: syntax error: ", text); }
  bool structure_fault(std::string_view text) { return fail("asn1: structure error: ", text); }
  bool fail(std::string_view before, std::string_view text);
  std::string* fault() const { return fault_; }

 private:
  struct Kind {
    int64_t tag = 0;
    bool is_compound = false;
    bool is_any = false;
  };
  bool read(const Kind& kind, const Asn1Field& field, Asn1Element* element);
  bool read_header(Asn1Header* header);
  bool read_length(Asn1Header* header);
  bool read_tag_number(int64_t* number);
  bool open_explicit(const Asn1Field& field, size_t begin, Asn1Header* header, bool* is_there);
  bool check_list(bool is_any, int64_t tag, bool is_compound);

  std::string_view bytes_;
  std::string* fault_;
  size_t offset_ = 0;
};

// An AlgorithmIdentifier: the identifier and the whole element of its parameters, if there is one.
struct AlgorithmIdentifier {
  std::string_view oid;
  std::string_view parameters;
};
bool read_algorithm(Asn1Fields& fields, AlgorithmIdentifier* algorithm,
                    const Asn1Field& field = {.type = "AlgorithmIdentifier"});

// Whether the bytes are an identifier that Go takes, and its fault.
bool check_oid(std::string_view oid, std::string* fault);
bool check_bit_string(std::string_view contents, BitString* bits, std::string* fault);
bool check_integer(std::string_view contents, std::string* fault);

}  // namespace writ
