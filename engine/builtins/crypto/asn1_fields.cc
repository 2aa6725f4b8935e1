// Reading structures as encoding/asn1 does. One function, read(), takes a field: header, explicit tag, comparison of
// tags, contents; what differs between types is the expected tag and how the contents become a value. Faults are worded
// as Go words them, down to the way it prints its own structures.
#include "engine/builtins/crypto/asn1_fields.h"

#include "engine/base/meter.h"

namespace writ {

namespace {

constexpr int kContextClass = 2;
// Lengths from here on are refused before another byte is added to them.
constexpr int64_t kLongestShiftable = int64_t{1} << 23;

const char* word(bool value) { return value ? "true" : "false"; }

std::string describe(const Asn1Header& header) {
  return "{class:" + std::to_string(header.tag_class) + " tag:" + std::to_string(header.tag) +
         " length:" + std::to_string(header.length) + " isCompound:" + word(header.is_compound) + "}";
}

// Go shows the address of a tag; nobody can rely on that, so the tag itself stands there.
std::string describe(const Asn1Field& field) {
  std::string tag = field.tag < 0 ? "<nil>" : std::to_string(field.tag);
  return std::string("{optional:") + word(field.is_optional) + " explicit:" + word(field.is_explicit) +
         " application:false private:false defaultValue:<nil> tag:" + tag +
         " stringType:0 timeType:0 set:" + word(field.is_set) + " omitEmpty:false}";
}

bool set_fault(std::string* fault, std::string_view before, std::string_view text) {
  if (fault != nullptr && fault->empty()) fault->append(before).append(text);
  return false;
}

constexpr std::string_view kSyntax = "asn1: syntax error: ";
constexpr std::string_view kStructure = "asn1: structure error: ";

}  // namespace

bool Asn1Fields::fail(std::string_view before, std::string_view text) { return set_fault(fault_, before, text); }

// --- Headers ---------------------------------------------------------------------------------------------------------

bool Asn1Fields::read_tag_number(int64_t* number) {
  *number = 0;
  for (size_t i = 0; offset_ < bytes_.size(); i++) {
    if (i == 5) return structure_fault("base 128 integer too large");
    auto byte = static_cast<uint8_t>(bytes_[offset_]);
    if (i == 0 && byte == 0x80) return syntax_fault("integer is not minimally encoded");
    *number = *number << 7 | (byte & 0x7F);
    offset_++;
    if ((byte & 0x80) == 0) {
      return *number <= INT32_MAX || structure_fault("base 128 integer too large");
    }
  }
  return syntax_fault("truncated base 128 integer");
}

bool Asn1Fields::read_length(Asn1Header* header) {
  if (offset_ >= bytes_.size()) return syntax_fault("truncated tag or length");
  auto byte = static_cast<uint8_t>(bytes_[offset_++]);
  header->length = byte & 0x7F;
  if ((byte & 0x80) == 0) return true;
  int64_t count = header->length;
  if (count == 0) return syntax_fault("indefinite length found (not DER)");
  header->length = 0;
  for (int64_t i = 0; i < count; i++) {
    if (offset_ >= bytes_.size()) return syntax_fault("truncated tag or length");
    byte = static_cast<uint8_t>(bytes_[offset_++]);
    if (header->length >= kLongestShiftable) return structure_fault("length too large");
    header->length = header->length << 8 | byte;
    if (header->length == 0) return structure_fault("superfluous leading zeros in length");
  }
  return header->length >= 0x80 || structure_fault("non-minimal length");
}

bool Asn1Fields::read_header(Asn1Header* header) {
  charge_work(1);
  if (offset_ >= bytes_.size()) return fail("asn1: internal error in parseTagAndLength", "");
  auto byte = static_cast<uint8_t>(bytes_[offset_++]);
  *header = {byte >> 6, byte & 0x1F, 0, (byte & 0x20) != 0};
  if (header->tag == 0x1F) {
    if (!read_tag_number(&header->tag)) return false;
    if (header->tag < 0x1F) return syntax_fault("non-minimal tag");
  }
  return read_length(header);
}

// --- Fields ----------------------------------------------------------------------------------------------------------

// Steps from the header of an explicit tag to that of what it holds. False after a fault, or if the field is missing.
bool Asn1Fields::open_explicit(const Asn1Field& field, size_t begin, Asn1Header* header, bool* is_there) {
  *is_there = true;
  if (offset_ == bytes_.size()) return structure_fault("explicit tag has no child");
  if (header->tag_class == kContextClass && header->tag == field.tag && (header->length == 0 || header->is_compound)) {
    if (header->length > 0) return read_header(header);
    return structure_fault("zero length explicit tag was not an asn1.Flag");
  }
  if (!field.is_optional) return structure_fault("explicitly tagged member didn't match");
  offset_ = begin;
  *is_there = false;
  return true;
}

bool Asn1Fields::read(const Kind& kind, const Asn1Field& field, Asn1Element* element) {
  element->is_present = false;
  if (empty()) return field.is_optional || syntax_fault("sequence truncated");
  size_t begin = offset_;
  Asn1Header& header = element->header;
  if (!read_header(&header)) return false;
  if (field.is_explicit) {
    bool is_there = false;
    if (!open_explicit(field, begin, &header, &is_there)) return false;
    if (!is_there) return true;
  }
  bool is_implicit = !field.is_explicit && field.tag >= 0;
  int64_t tag = is_implicit ? field.tag : kind.tag;
  bool matches = kind.is_any && !is_implicit;
  if (!matches) matches = header.tag_class == (is_implicit ? kContextClass : 0) && header.tag == tag;
  if (!matches || (!kind.is_any && header.is_compound != kind.is_compound)) {
    if (!field.is_optional) {
      return structure_fault("tags don't match (" + std::to_string(tag) + " vs " + describe(header) + ") " +
                             describe(field) + " " + std::string(field.type) + " @" + std::to_string(offset_));
    }
    offset_ = begin;
    return true;
  }
  if (static_cast<uint64_t>(header.length) > bytes_.size() - offset_) return syntax_fault("data truncated");
  element->contents = bytes_.substr(offset_, static_cast<size_t>(header.length));
  offset_ += element->contents.size();
  element->full = bytes_.substr(begin, offset_ - begin);
  element->is_present = true;
  return true;
}

bool Asn1Fields::integer(int64_t* value, const Asn1Field& field) {
  Asn1Element element;
  if (!read({.tag = der::kInteger}, field, &element)) return false;
  if (!element.is_present) return true;
  if (!check_integer(element.contents, fault_)) return false;
  return integer_value(element.contents, value) || structure_fault("integer too large");
}

bool Asn1Fields::big_integer(std::string_view* bytes, const Asn1Field& field) {
  Asn1Element element;
  if (!read({.tag = der::kInteger}, field, &element)) return false;
  if (!element.is_present) return true;
  *bytes = element.contents;
  return check_integer(element.contents, fault_);
}

bool Asn1Fields::octets(std::string_view* bytes, const Asn1Field& field) {
  Asn1Element element;
  if (!read({.tag = der::kOctetString}, field, &element)) return false;
  if (element.is_present) *bytes = element.contents;
  return true;
}

bool Asn1Fields::oid(std::string_view* oid, const Asn1Field& field) {
  Asn1Element element;
  if (!read({.tag = der::kOid}, field, &element)) return false;
  if (!element.is_present) return true;
  *oid = element.contents;
  return check_oid(element.contents, fault_);
}

bool Asn1Fields::bits(BitString* bits, const Asn1Field& field) {
  Asn1Element element;
  if (!read({.tag = der::kBitString}, field, &element)) return false;
  return !element.is_present || check_bit_string(element.contents, bits, fault_);
}

bool Asn1Fields::boolean(bool* value, const Asn1Field& field) {
  Asn1Element element;
  if (!read({.tag = der::kBoolean}, field, &element)) return false;
  if (!element.is_present) return true;
  if (element.contents.size() != 1) return syntax_fault("invalid boolean");
  *value = element.contents[0] != 0;
  return !*value || static_cast<uint8_t>(element.contents[0]) == 0xFF || syntax_fault("invalid boolean");
}

bool Asn1Fields::any(Asn1Element* element, const Asn1Field& field) {
  return read({.is_any = true}, field, element);
}

bool Asn1Fields::sequence(Asn1Fields* inside, const Asn1Field& field, Asn1Element* element) {
  Asn1Element own;
  if (element == nullptr) element = &own;
  int64_t tag = (field.is_set ? der::kSet : der::kSequence) & 0x1F;
  if (!read({.tag = tag, .is_compound = true}, field, element)) return false;
  *inside = Asn1Fields(element->is_present ? element->contents : std::string_view(), fault_);
  return true;
}

bool Asn1Fields::check_list(bool is_any, int64_t tag, bool is_compound) {
  Asn1Fields ahead(rest(), fault_);
  while (!ahead.empty()) {
    Asn1Header header;
    if (!ahead.read_header(&header)) return false;
    if (!is_any && (header.tag_class != 0 || header.is_compound != is_compound || header.tag != tag)) {
      return structure_fault("sequence tag mismatch");
    }
    if (static_cast<uint64_t>(header.length) > ahead.bytes_.size() - ahead.offset_) {
      return syntax_fault("truncated sequence");
    }
    ahead.offset_ += static_cast<size_t>(header.length);
  }
  return true;
}

bool Asn1Fields::is_list_of(int64_t tag, bool is_compound) { return check_list(false, tag, is_compound); }

bool read_algorithm(Asn1Fields& fields, AlgorithmIdentifier* algorithm, const Asn1Field& field) {
  Asn1Fields inside({}, fields.fault());
  if (!fields.sequence(&inside, field) || !inside.oid(&algorithm->oid)) return false;
  Asn1Element parameters;
  if (!inside.any(&parameters, {.type = "RawValue", .is_optional = true})) return false;
  if (parameters.is_present) algorithm->parameters = parameters.full;
  return true;
}

// --- Contents --------------------------------------------------------------------------------------------------------

bool check_oid(std::string_view oid, std::string* fault) {
  if (oid.empty()) return set_fault(fault, kSyntax, "zero length OBJECT IDENTIFIER");
  uint64_t number = 0;
  size_t size = 0;
  for (char c : oid) {
    auto byte = static_cast<uint8_t>(c);
    if (size == 5) return set_fault(fault, kStructure, "base 128 integer too large");
    if (size == 0 && byte == 0x80) return set_fault(fault, kSyntax, "integer is not minimally encoded");
    number = number << 7 | (byte & 0x7F);
    size++;
    if ((byte & 0x80) != 0) continue;
    if (number > INT32_MAX) return set_fault(fault, kStructure, "base 128 integer too large");
    number = 0;
    size = 0;
  }
  return size == 0 || set_fault(fault, kSyntax, "truncated base 128 integer");
}

bool check_bit_string(std::string_view contents, BitString* bits, std::string* fault) {
  if (contents.empty()) return set_fault(fault, kSyntax, "zero length BIT STRING");
  auto padding = static_cast<uint8_t>(contents[0]);
  auto last = static_cast<uint8_t>(contents.back());
  if (padding > 7 || (contents.size() == 1 && padding > 0) || (last & ((1 << padding) - 1)) != 0) {
    return set_fault(fault, kSyntax, "invalid padding bits in BIT STRING");
  }
  *bits = {contents.substr(1), (contents.size() - 1) * 8 - padding};
  return true;
}

bool check_integer(std::string_view contents, std::string* fault) {
  if (contents.empty()) return set_fault(fault, kStructure, "empty integer");
  return is_minimal_integer(contents) || set_fault(fault, kStructure, "integer not minimally-encoded");
}

}  // namespace writ
