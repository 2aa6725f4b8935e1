// The native baseline: what some cases cost when a person writes the policy in C++ over a parsed document. The distance
// to it is what an engine costs. Each policy here has to give the same answers as its Rego text, which `load` proves.

#include <set>
#include <string>

#include "bench/case.h"
#include <simdjson.h>

namespace {

using simdjson::dom::element;

// The version macro is not a string.
#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)
constexpr const char* kReader = TEXT(SIMDJSON_VERSION);
#undef TEXT
#undef TEXT_OF

using Policy = bool (*)(const element& input);

bool constant(const element&) { return true; }

bool equality(const element& input) {
  std::string_view user;
  return input["user"].get(user) == simdjson::SUCCESS && user == "alice";
}

bool starts_with(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

bool one_of(std::int64_t port, std::initializer_list<std::int64_t> ports) {
  for (const std::int64_t candidate : ports) {
    if (candidate == port) return true;
  }
  return false;
}

bool network(const element& input) {
  const element source = input["source"], destination = input["destination"];
  const std::string_view direction = input["direction"], protocol = input["protocol"];
  const std::string_view from = source["address"], from_subnet = source["subnet"], tag = source["tag"];
  const std::string_view to = destination["address"], to_subnet = destination["subnet"];
  const std::int64_t port = destination["port"];
  const bool inbound = direction == "inbound", tcp = protocol == "tcp";

  if (from == "198.51.100.7" || from == "198.51.100.23") return false;
  if (from == "203.0.113.9" || from == "203.0.113.77") return false;
  if (one_of(port, {20, 21, 23, 512, 513, 514})) return false;
  if (inbound && port == 3389 && !starts_with(from, "10.")) return false;
  if (tag == "quarantine" && to != "10.9.0.66") return false;

  if (inbound && tcp) {
    if (one_of(port, {80, 443}) && to_subnet == "web") return true;
    if (tag == "AzureLoadBalancer" && port >= 8000 && port <= 8099) return true;
    if (from_subnet == "web" && to_subnet == "app" && port >= 9000 && port < 9100) return true;
    if (from_subnet == "app" && to_subnet == "data" && one_of(port, {1433, 3306, 5432, 6379})) return true;
    if (starts_with(from, "10.250.") && one_of(port, {22, 3389})) return true;
  }
  if (starts_with(from, "10.9.") && starts_with(to, "10.9.")) return true;
  if (direction != "outbound") return false;
  if (protocol == "udp" && one_of(port, {53, 123}) && (to == "10.0.0.2" || to == "10.0.0.3")) return true;
  return tcp && to == "10.0.0.80" && port == 3128;
}

bool users(const element& input) {
  std::set<std::string_view> admins;
  bool all = true;
  const simdjson::dom::array people = input["users"].get_array();
  for (const element user : people) {
    if (user["role"].get_string().value() == "admin") admins.insert(user["id"].get_string().value());
    all = all && user["age"].get_int64().value() >= 18 && user["active"].get_bool().value();
  }
  return all && !admins.empty();
}

bool functions(const element& input) {
  std::int64_t total = 0;
  const simdjson::dom::array items = input["items"].get_array();
  for (const element item : items) {
    const std::string_view kind = item["class"];
    if (kind == "free") continue;
    const std::int64_t amount = item["quantity"].get_int64().value() * item["unit"].get_int64().value();
    total += kind == "sale" && amount > 10 ? amount - 10 : amount;
  }
  return total <= input["limit"].get_int64().value();
}

struct Row {
  std::string_view name;
  Policy policy;
};

constexpr Row kPolicies[] = {
    {"constant", constant},  {"equality", equality}, {"network", network},
    {"users_10", users},     {"users_1000", users},  {"functions_100", functions},
};

class Native : public writ::bench::Prepared {
 public:
  Native(const writ::bench::Case& files, Policy policy) : policy_(policy) {
    for (const std::string& text : files.inputs) {
      parsers_.emplace_back(std::make_unique<simdjson::dom::parser>());
      parsed_.push_back(parsers_.back()->parse(text.data(), text.size(), false).value());
    }
  }

  std::string way() const override { return "written by hand over simdjson's document"; }

  void decide(std::string_view input) override {
    answer_ = policy_(parser_.parse(input.data(), input.size(), false).value());
  }

  std::string answer() override { return answer_ ? "true" : "false"; }

  void parse(std::string_view input) override {
    answer_ = parser_.parse(input.data(), input.size(), false).error() == simdjson::SUCCESS;
  }

  void evaluate(std::size_t index) override { answer_ = policy_(parsed_[index]); }

 private:
  Policy policy_;
  simdjson::dom::parser parser_;
  std::vector<std::unique_ptr<simdjson::dom::parser>> parsers_;
  std::vector<element> parsed_;
  volatile bool answer_ = false;
};

class NativeSubject : public writ::bench::Subject {
 public:
  std::string version() const override { return std::string("C++ and simdjson ") + kReader; }

  std::unique_ptr<writ::bench::Prepared> prepare(const writ::bench::Case& files) override {
    for (const Row& row : kPolicies) {
      if (row.name == files.name) return std::make_unique<Native>(files, row.policy);
    }
    throw writ::bench::Unable("nobody has written this one by hand");
  }
};

}  // namespace

int main() {
  NativeSubject subject;
  return writ::bench::serve(subject);
}
