// yaml.marshal, yaml.unmarshal and yaml.is_valid. Reading is in yaml.cc; writing is here.
//
// Writer turns a value into events of libyaml's emitter, with keys in the order of Go's yaml.v2 and quotes where a
// plain scalar would read back as something else.
#include <utf8proc.h>
#include <yaml.h>

#include <algorithm>
#include <new>
#include <vector>

#include "engine/base/error.h"
#include "engine/builtins/float64.h"
#include "engine/builtins/support.h"
#include "engine/builtins/yaml.h"
#include "engine/value/build.h"
#include "engine/value/json.h"
#include "engine/value/order.h"
#include "engine/value/text.h"



namespace writ {

namespace {

bool is_digit(char32_t rune) { return rune >= '0' && rune <= '9'; }

bool is_letter(char32_t rune) {
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(rune))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO: return true;
    default: return false;
  }
}

std::u32string runes_of(std::string_view text) {
  std::u32string runes;
  while (!text.empty()) {
    Rune rune = decode_rune(text);
    runes += rune.code;
    text.remove_prefix(rune.bytes);
  }
  return runes;
}

// The order of Go's YAML keys: numbers within names count as numbers, letters come last.
bool key_less(const std::u32string& a, const std::u32string& b) {
  size_t i = 0;
  while (i < a.size() && i < b.size() && a[i] == b[i]) i++;
  if (i == a.size() || i == b.size()) return a.size() < b.size();
  bool a_letter = is_letter(a[i]);
  bool b_letter = is_letter(b[i]);
  if (a_letter || b_letter) return a_letter && b_letter ? a[i] < b[i] : b_letter;
  uint64_t a_number = 0;
  uint64_t b_number = 0;
  if (a[i] == '0' || b[i] == '0') {
    for (size_t j = i; j-- > 0 && is_digit(a[j]);) {
      if (a[j] == '0') continue;
      a_number = b_number = 1;
      break;
    }
  }
  size_t a_end = i;
  size_t b_end = i;
  for (; a_end < a.size() && is_digit(a[a_end]); a_end++) a_number = a_number * 10 + (a[a_end] - '0');
  for (; b_end < b.size() && is_digit(b[b_end]); b_end++) b_number = b_number * 10 + (b[b_end] - '0');
  // Go's numbers wrap as signed ones.
  if (a_number != b_number) return static_cast<int64_t>(a_number) < static_cast<int64_t>(b_number);
  return a_end != b_end ? a_end < b_end : a[i] < b[i];
}

// "12:30:45", a number in YAML 1.1 to some readers.
bool is_base_60(std::string_view text) {
  if (text.find(':') == text.npos) return false;
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  auto skip = [&](std::string_view set) { text.remove_prefix(std::min(text.find_first_not_of(set), text.size())); };
  if (text.empty() || !is_digit(static_cast<unsigned char>(text[0]))) return false;
  skip("0123456789_");
  size_t groups = 0;
  while (text.starts_with(':')) {
    size_t digits = 1;
    while (digits < text.size() && is_digit(static_cast<unsigned char>(text[digits]))) digits++;
    if (digits == 1 || digits > 3 || (digits == 3 && text[1] > '5')) return false;
    text.remove_prefix(digits);
    groups++;
  }
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    skip("0123456789_");
  }
  return groups > 0 && text.empty();
}

// A number as Go's YAML writes a double: with an exponent from 1e6 on and below 1e-4.
std::string float_text(std::string_view number) {
  BinaryNumber binary;
  if (!nearest_float64(number, &binary)) return std::string(number);
  DecimalDigits decimal = shortest_digits(binary);
  if (decimal.digits.empty()) return binary.negative ? "-0" : "0";
  std::string out = decimal.negative ? "-" : "";
  int64_t size = static_cast<int64_t>(decimal.digits.size());
  int64_t exponent = decimal.point - 1;
  if (exponent < -4 || exponent >= 6) {
    out += decimal.digits[0];
    if (size > 1) out.append(".").append(decimal.digits.substr(1));
    out += exponent < 0 ? "e-" : "e+";
    int64_t magnitude = exponent < 0 ? -exponent : exponent;
    if (magnitude < 10) out += '0';
    return out + std::to_string(magnitude);
  }
  if (decimal.point <= 0) return out + "0." + std::string(static_cast<size_t>(-decimal.point), '0') + decimal.digits;
  if (decimal.point >= size) return out + decimal.digits + std::string(static_cast<size_t>(decimal.point - size), '0');
  size_t point = static_cast<size_t>(decimal.point);
  return out + decimal.digits.substr(0, point) + "." + decimal.digits.substr(point);
}

// What Go's YAML reader, through which the value goes, lets pass; what is below a blank is escaped on the way.
bool is_readable(char32_t rune) {
  bool is_control = rune >= 0x7F && rune <= 0x9F && rune != 0x85;
  return !is_control && rune != 0xFFFE && rune != 0xFFFF;
}

// Thrown out of the middle of a value; caught by yaml.marshal.
struct Unreadable {};

class Writer {
 public:
  explicit Writer(ChargedText& out) : out_(out) {
    if (yaml_emitter_initialize(&emitter_) == 0) throw std::bad_alloc();
    yaml_emitter_set_output(&emitter_, append, this);
    yaml_emitter_set_unicode(&emitter_, 1);
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() { yaml_emitter_delete(&emitter_); }

  void write_document(const Value& value) {
    yaml_event_t event;
    emit(yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING), event);
    emit(yaml_document_start_event_initialize(&event, nullptr, nullptr, nullptr, 1), event);
    write(value);
    emit(yaml_document_end_event_initialize(&event, 1), event);
    emit(yaml_stream_end_event_initialize(&event), event);
  }

 private:
  // libyaml is C: an exception must not pass through it, so it is kept until the call is over.
  static int append(void* self, unsigned char* bytes, size_t size) {
    auto* writer = static_cast<Writer*>(self);
    try {
      writer->out_.append({reinterpret_cast<const char*>(bytes), size});
      return 1;
    } catch (...) {
      writer->thrown_ = std::current_exception();
      return 0;
    }
  }

  void emit(int initialized, yaml_event_t& event) {
    if (initialized == 0) throw std::bad_alloc();
    if (yaml_emitter_emit(&emitter_, &event) != 0) return;
    if (thrown_) std::rethrow_exception(thrown_);
    throw Failure(ErrorCode::E_INTERNAL, "yaml.marshal: the value cannot be written");
  }

  void write(const Value& value) {
    if (depth_ >= kMaxValueDepth) throw Failure(ErrorCode::E_DEPTH, "yaml.marshal: values are nested too deeply");
    depth_++;
    switch (value.kind) {
      case Kind::kNull: write_scalar("null", YAML_PLAIN_SCALAR_STYLE); break;
      case Kind::kBoolean: write_scalar(value.is_true() ? "true" : "false", YAML_PLAIN_SCALAR_STYLE); break;
      case Kind::kNumber: write_number(value); break;
      case Kind::kString: write_string(value.text()); break;
      case Kind::kArray:
      case Kind::kSet: write_sequence(value); break;
      case Kind::kObject: write_mapping(value); break;
      default: break;
    }
    depth_--;
  }

  void write_scalar(std::string_view text, yaml_scalar_style_t style) {
    yaml_event_t event;
    const auto* bytes = reinterpret_cast<const yaml_char_t*>(text.data() == nullptr ? "" : text.data());
    emit(yaml_scalar_event_initialize(&event, nullptr, nullptr, bytes, static_cast<int>(text.size()), 1, 1, style), event);
  }

  // What an integer's text is stays; all others become doubles on the way through Go.
  void write_number(const Value& value) {
    std::string text = to_json(value);
    YamlScalar scalar = resolve_yaml_scalar(text);
    write_scalar(scalar.kind == YamlKind::kInteger ? scalar.number : float_text(text), YAML_PLAIN_SCALAR_STYLE);
  }

  void write_string(std::string_view text) {
    for (char32_t rune : runes_of(text)) {
      if (!is_readable(rune)) throw Unreadable();
    }
    yaml_scalar_style_t style = YAML_PLAIN_SCALAR_STYLE;
    if (text.find('\n') != text.npos) {
      style = YAML_LITERAL_SCALAR_STYLE;
    } else if (resolve_yaml_scalar(text).kind != YamlKind::kString || is_base_60(text)) {
      style = YAML_DOUBLE_QUOTED_SCALAR_STYLE;
    }
    write_scalar(text, style);
  }

  void write_sequence(const Value& value) {
    yaml_event_t event;
    emit(yaml_sequence_start_event_initialize(&event, nullptr, nullptr, 1, YAML_BLOCK_SEQUENCE_STYLE), event);
    for (const Value& element : value.items()) write(element);
    emit(yaml_sequence_end_event_initialize(&event), event);
  }

  void write_mapping(const Value& value) {
    struct Member {
      std::u32string order;
      std::string key;
      const Value* value;
    };
    std::vector<Member> members;
    for (const Entry& entry : value.members()) {
      std::string key = entry.key.is_string() ? std::string(entry.key.text()) : to_json(entry.key);
      members.push_back({runes_of(key), key, &entry.value});
    }
    // The order is not always transitive, as in Go; a stable sort of few surprises is all there is to have.
    std::stable_sort(members.begin(), members.end(),
                     [](const Member& a, const Member& b) { return key_less(a.order, b.order); });
    yaml_event_t event;
    emit(yaml_mapping_start_event_initialize(&event, nullptr, nullptr, 1, YAML_BLOCK_MAPPING_STYLE), event);
    for (const Member& member : members) {
      write_string(member.key);
      write(*member.value);
    }
    emit(yaml_mapping_end_event_initialize(&event), event);
  }

  ChargedText& out_;
  yaml_emitter_t emitter_{};
  std::exception_ptr thrown_;
  uint32_t depth_ = 0;
};

}  // namespace

Value builtin_yaml_marshal(BuiltinCall& call) {
  // Each part goes through libyaml as events, and a mapping is held as text to be sorted.
  charge_value(call, call[0]);
  ChargedText out(call);
  try {
    Writer(out).write_document(call[0]);
  } catch (const Unreadable&) {
    return call.fault("yaml: control characters are not allowed");
  }
  // libyaml marks the end of a document whose last text keeps its empty lines; Go does not.
  std::string_view text = out.text();
  if (text.ends_with("\n...\n")) text.remove_suffix(4);
  return text_value(call, text);
}

Value builtin_yaml_unmarshal(BuiltinCall& call) {
  charge_bytes(call, call[0].size);
  std::string error;
  Value value = yaml_parse(call[0].text(), call.arena, &error);
  return value.is_defined() ? value : call.fault(std::move(error));
}

Value builtin_yaml_is_valid(BuiltinCall& call) {
  if (!call[0].is_string()) return Value::of(false);
  charge_bytes(call, call[0].size);
  std::string error;
  return Value::of(yaml_parse(call[0].text(), call.arena, &error).is_defined());
}

}  // namespace writ
