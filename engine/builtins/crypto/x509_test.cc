// Reading certificates and requests: what they say, and what is refused because Go refuses it. The answers are those of
// OPA v1.22.4.
#include <catch2/catch.hpp>

#include "engine/base/meter.h"
#include "engine/builtins/crypto/certificate_maker.h"
#include "engine/builtins/test_support.h"

namespace writ::test {
namespace {

using namespace std::string_literals;

constexpr std::string_view kParse = "crypto.x509.parse_certificates";

Template plain() { return {"leaf", "ca", SigningKey(3).info}; }

std::string parse(const std::string& der) { return run(kParse, "[" + argument({der}) + "]"); }
std::string parse(const Template& t) { return parse(make(t, SigningKey(1))); }

// The text of a fault without what stands before each.
std::string fault(const std::string& answer) {
  std::string before = "eval_builtin_error: " + std::string(kParse) + ": ";
  return answer.starts_with(before) ? answer.substr(before.size()) : "no fault: " + answer;
}

bool says(const Template& t, std::string_view part) {
  std::string answer = parse(t);
  INFO(answer);
  CHECK(answer.find(part) != answer.npos);
  return true;
}

TEST_CASE("members of a certificate are those of Go's structure", "[x509]") {
  Template t = plain();
  std::string answer = parse(t);
  for (std::string_view part :
       {R"("Version": 3)", R"("SerialNumber": 1,)", R"("SignatureAlgorithm": 10)", R"("PublicKeyAlgorithm": 3)",
        R"("NotBefore": "2020-01-01T00:00:00Z")", R"("NotAfter": "2040-01-01T00:00:00Z")", R"("URIs": null)",
        R"("MaxPathLen": 0)", R"("IsCA": false)", R"("Extensions": null)", R"("DNSNames": null)", R"("Policies": null)",
        R"("X": 42877656971275811310262564894490210024759287182177196162425349131675946712428)",
        R"("CommonName": "leaf")", R"("Names": [{"Type": [2, 5, 4, 3], "Value": "leaf"}])"}) {
    INFO(part);
    CHECK(answer.find(part) != answer.npos);
  }
}

TEST_CASE("extensions are read into members", "[x509]") {
  Template t = plain();
  t.extensions = authority(3) + dns_names({"a.b", "*.c"});
  says(t, R"("MaxPathLen": 3)");
  says(t, R"("DNSNames": ["a.b", "*.c"])");
  t.extensions = extension("\x55\x1D\x11", sequence(element(der::context(7), "\x01\x02\x03\x04") +
                                                    element(der::context(6), "http://u:p@x.y:80/p%2Fq?a=b#f") +
                                                    element(der::context(1), "a@b")));
  says(t, R"("IPAddresses": ["1.2.3.4"])");
  says(t, R"("EmailAddresses": ["a@b"])");
  says(t, R"("URIStrings": ["http://u:p@x.y:80/p%2Fq?a=b#f"])");
  says(t, R"("URIs": [{"ForceQuery": false, "Fragment": "f", "Host": "x.y:80", "OmitHost": false, "Opaque": "", )"
          R"("Path": "/p/q", "RawFragment": "", "RawPath": "/p%2Fq", "RawQuery": "a=b", "Scheme": "http", )"
          R"("User": {}}])");
  t.extensions = constraints("a.b", ".c");
  says(t, R"("PermittedDNSDomains": ["a.b"])");
  says(t, R"("ExcludedDNSDomains": [".c"])");
  // A policy beyond what Go's older type can hold is in one list only.
  t.extensions = extension("\x55\x1D\x20", sequence(sequence(element(der::kOid, "\x2A\x90\x80\x80\x80\x00"s)) +
                                                    sequence(element(der::kOid, "\x2A\x03"))));
  says(t, R"("Policies": ["1.2.4294967296", "1.2.3"], "PolicyIdentifiers": [[1, 2, 3]])");
}

TEST_CASE("times before 1950 and after 2049 have four digits of a year", "[x509]") {
  Template t = plain();
  t.not_before = element(der::kUtcTime, "500101000000Z");
  t.not_after = element(der::kUtcTime, "491231235959Z");
  says(t, R"("NotBefore": "1950-01-01T00:00:00Z")");
  says(t, R"("NotAfter": "2049-12-31T23:59:59Z")");
  t.not_after = element(der::kGeneralizedTime, "99991231235959Z");
  says(t, R"("NotAfter": "9999-12-31T23:59:59Z")");
  t.not_after = element(der::kUtcTime, "200101000000+0130");
  says(t, R"("NotAfter": "2020-01-01T00:00:00+01:30")");
  t.not_after = element(der::kUtcTime, "200101000000+0000");
  CHECK(fault(parse(t)) == "x509: malformed UTCTime");
  t.not_after = element(der::kUtcTime, "210229000000Z");
  CHECK(fault(parse(t)) == "x509: malformed UTCTime");
  t.not_after = element(der::kGeneralizedTime, "20200101000000.5Z");
  CHECK(fault(parse(t)) == "x509: malformed GeneralizedTime");
}

TEST_CASE("what is not as DER or RFC 5280 have it is refused", "[x509]") {
  auto with = [](auto change) {
    Template t = plain();
    change(t);
    return fault(parse(t));
  };
  CHECK(with([](Template& t) { t.serial = element(der::kInteger, "\xFF"); }) == "x509: negative serial number");
  CHECK(with([](Template& t) { t.serial = element(der::kInteger, "\0\1"s); }) == "x509: malformed serial number");
  CHECK(with([](Template& t) { t.version = element(0xA0, small(3)); }) == "x509: invalid version");
  CHECK(with([](Template& t) { t.version = element(0xA0, element(2, "\xFF")); }) == "x509: malformed version");
  CHECK(with([](Template& t) { t.outer_algorithm = kEcdsaSha1; }) ==
        "x509: inner and outer signature algorithm identifiers don't match");
  std::string twice = extension("\x2A\x03", "") + extension("\x2A\x03", "");
  CHECK(with([&](Template& t) { t.extensions = twice; }) ==
        "x509: certificate contains duplicate extension with OID \"1.2.3\"");
  CHECK(with([&](Template& t) { t.extensions = dns_names({"\x80"}); }) == "x509: SAN dNSName is malformed");
  CHECK(with([&](Template& t) { t.extensions = extension("\x55\x1D\x0E", element(4, "a"), true); }) ==
        "x509: subject key identifier incorrectly marked critical");
  CHECK(with([&](Template& t) { t.extensions = constraints("a..b", ""); }) ==
        "x509: failed to parse dnsName constraint \"a..b\"");
  std::string not_der = sequence(element(6, "\x2A\x03") + element(1, "\x01") + element(4, ""));
  CHECK(with([&](Template& t) { t.extensions = not_der; }) ==
        "x509: malformed extension critical field");
  CHECK(with([&](Template& t) { t.key_info[t.key_info.size() - 1] ^= 1; }) == "P256 point not on curve");
}

TEST_CASE("nothing stands behind or between certificates", "[x509]") {
  std::string der = make(plain(), SigningKey(1));
  CHECK(parse(der + der).starts_with("[{"));
  CHECK(fault(parse(der + "x")) == "x509: malformed certificate");
  CHECK(fault(parse(der.substr(0, der.size() - 1))) == "x509: malformed certificate");
  CHECK(parse(std::string()) == "[]");
  std::string long_length = "\x30\x83\x00"s + der.substr(2);
  CHECK(fault(parse(long_length)) == "x509: malformed certificate");
  CHECK(fault(parse("\x30\x80"s + der.substr(4) + "\0\0"s)) == "x509: malformed certificate");
}

TEST_CASE("PEM is taken as Go takes it", "[x509]") {
  auto pem = [](std::string_view text) { return run(kParse, "[\"" + std::string(text) + "\"]"); };
  CHECK(pem("") == "[]");
  CHECK(pem("-----BEGIN CERTIFICATE-----\\n-----END CERTIFICATE-----\\n") == "[]");
  CHECK(fault(pem("-----BEGIN X-----\\nAAAA\\n-----END X-----\\n")) == "PEM block type is 'X', expected CERTIFICATE");
  CHECK(fault(pem("-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE-----\\n")) ==
        "x509: malformed certificate");
  CHECK(fault(pem("not base 64")) == "illegal base64 data at input byte 3");
}

TEST_CASE("hostile texts cost what they are long and end in a fault", "[x509]") {
  auto used = [](const std::string& text) {
    Bench bench;
    Meter meter;
    meter.begin(kPlentyOfFuel);
    Meter::Scope scope(&meter);
    std::string answer = bench.run(kParse, "[\"" + text + "\"]");
    uint64_t units = bench.services.used + meter.used();
    CHECK(units > text.size() / 8);
    CHECK(units < text.size() * 2);
    return answer;
  };
  // Begins without ends; ends without begins; headers without end.
  std::string begins;
  std::string ends = "-----BEGIN X-----\\n";
  std::string headers;
  for (int i = 0; i < 20'000; i++) {
    begins += "-----BEGIN CERTIFICATE-----\\n";
    ends += "-----END CERTIFICATE-----\\n";
    headers += "-----BEGIN A-----\\na: b\\n-----END A:-----\\n";
  }
  CHECK(used(begins) == "[]");
  CHECK(used(ends) == "[]");
  CHECK(used(headers) == "[]");
  // Sequences in sequences: only as many are looked into as a certificate has.
  std::string deep;
  for (int i = 0; i < 3'000; i++) deep = sequence(deep);
  CHECK(fault(used(base64_encode(deep))) == "x509: malformed serial number");
}

TEST_CASE("requests are read with their attributes", "[x509]") {
  SigningKey key(1);
  std::string extensions = sequence(dns_names({"a.b"}));
  std::string attribute = sequence(element(der::kOid, "\x2A\x86\x48\x86\xF7\x0D\x01\x09\x0E") +
                                   element(der::kSet, extensions));
  auto request = [&](std::string_view attributes, int version = 0) {
    std::string body = sequence(small(version) + common_name("x") + key.info + element(0xA0, attributes));
    std::string der = sequence(body + kEcdsaSha256 + bit_string(key.sign(body, "SHA256")));
    return run("crypto.x509.parse_certificate_request", "[" + argument({der}) + "]");
  };
  CHECK(request(attribute).find(R"("DNSNames": ["a.b"])") != std::string::npos);
  CHECK(request("").find(R"("Attributes": null)") != std::string::npos);
  CHECK(request(attribute + attribute) ==
        "eval_builtin_error: crypto.x509.parse_certificate_request: x509: certificate request contains duplicate "
        "requested extensions");
  CHECK(run("crypto.x509.parse_certificate_request", R"(["Zm9v"])") ==
        "eval_builtin_error: crypto.x509.parse_certificate_request: asn1: structure error: tags don't match (16 vs "
        "{class:1 tag:6 length:111 isCompound:true}) {optional:false explicit:false application:false private:false "
        "defaultValue:<nil> tag:<nil> stringType:0 timeType:0 set:false omitEmpty:false} certificateRequest @2");
}

}  // namespace
}  // namespace writ::test
