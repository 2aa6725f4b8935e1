// crypto.x509.parse_and_verify_certificates and …_with_options: the chain that leads from the last certificate of a
// text to the first one, or [false, []]. Bad options are a fault; certificates that are none, or do not verify, are an
// answer.
#include "engine/base/error.h"
#include "engine/builtins/crypto/certificate_list.h"
#include "engine/builtins/crypto/certificate_value.h"
#include "engine/builtins/crypto/verify.h"
#include "engine/builtins/support.h"
#include "engine/value/build.h"

namespace writ {

namespace {

Value answer(BuiltinCall& call, bool is_verified, const Value& chain) {
  const Value both[] = {Value::of(is_verified), chain};
  return make_array(call.arena, both);
}

Value refused(BuiltinCall& call) { return answer(call, false, make_array(call.arena, {})); }

int64_t decision_time(BuiltinCall& call) {
  Value now = call.services.call_host("time.now_ns", {});
  std::optional<int64_t> nanoseconds = now.is_number() ? machine_integer(now) : std::nullopt;
  if (!nanoseconds) {
    throw Failure(ErrorCode::E_OUTSIDE, "time.now_ns was answered with something that is not a number of nanoseconds");
  }
  return *nanoseconds;
}

Value verified(BuiltinCall& call, const CertificateList& list, const VerifyOptions& options,
               std::optional<int64_t> time, bool with_uri_strings) {
  if (list.certificates().size() < 2) return refused(call);
  std::vector<const Certificate*> chain =
      verify_chain(list.certificates(), options, time ? *time : decision_time(call));
  if (chain.empty()) return refused(call);
  CertificateWriter writer(call);
  Value value = writer.certificates(chain, with_uri_strings);
  return value.is_defined() ? answer(call, true, value) : call.fault(writer.fault());
}

std::string_view without_quotes(std::string_view text) {
  while (text.starts_with('"')) text.remove_prefix(1);
  while (text.ends_with('"')) text.remove_suffix(1);
  return text;
}

// The object of options, member by member in the order of its keys.
class OptionsReader {
 public:
  VerifyOptions options;
  std::optional<int64_t> time;

  // Empty, or what is wrong.
  std::string read(const Value& object) {
    for (const Entry& member : object.members()) {
      // Keys that are no strings say nothing.
      if (!member.key.is_string()) continue;
      std::string why = read_member(member.key.text(), member.value);
      if (!why.empty()) return why;
    }
    return {};
  }

 private:
  std::string read_member(std::string_view key, const Value& value) {
    if (key == "DNSName") {
      if (!value.is_string()) return "'DNSName' should be a string";
      options.dns_name = without_quotes(value.text());
      return {};
    }
    if (key == "CurrentTime") {
      if (!value.is_number()) return "'CurrentTime' should be a number";
      time = machine_integer(value);
      return time ? "" : "'CurrentTime' should be a valid int64 number";
    }
    // Checked, and without effect: Go compares as often as it has to.
    if (key == "MaxConstraintComparisons") {
      if (!value.is_number()) return "'MaxConstraintComparisons' should be a number";
      return machine_integer(value) ? "" : "'MaxConstraintComparisons' should be a valid number";
    }
    return key == "KeyUsages" ? read_usages(value) : "invalid key option";
  }

  std::string read_usages(const Value& value) {
    if (!value.is_array() && !value.is_set()) return "'KeyUsages' should be an Array or Set";
    std::string unknown;
    for (const Value& item : value.items()) {
      if (!item.is_string()) continue;
      std::string_view name = without_quotes(item.text());
      int row = find_key_usage_option(name);
      if (row >= 0) {
        options.key_usages.push_back(row);
      } else {
        has_unknown_ = true;
        unknown.append(unknown.empty() ? "" : " ").append(name);
      }
    }
    return has_unknown_ ? "invalid entries for 'KeyUsages' found: [" + unknown + "]" : "";
  }

  bool has_unknown_ = false;
};

}  // namespace

Value builtin_crypto_x509_parse_and_verify_certificates(BuiltinCall& call) {
  charge_certificate_text(call, call[0]);
  CertificateList list(call);
  if (!list.read(call[0].text())) return refused(call);
  return verified(call, list, {}, std::nullopt, true);
}

Value builtin_crypto_x509_parse_and_verify_certificates_with_options(BuiltinCall& call) {
  charge_certificate_text(call, call[0]);
  charge_value(call, call[1]);
  CertificateList list(call);
  if (!list.read(call[0].text())) return refused(call);
  OptionsReader reader;
  std::string fault = reader.read(call[1]);
  if (!fault.empty()) return call.fault(fault);
  return verified(call, list, reader.options, reader.time, false);
}

}  // namespace writ
