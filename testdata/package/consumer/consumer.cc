// A C++ program outside the tree, with nothing but writ.hpp.
#include <iostream>
#include <stdexcept>
#include <utility>
#include <writ/writ.hpp>

namespace {

int failures = 0;
void check(bool condition, const char* what) {
  if (condition) return;
  std::cout << "failed: " << what << '\n';
  ++failures;
}

class Shop : public writ::Host {
 public:
  void call(std::string_view function, const std::vector<writ::Value>& args, writ::Reply reply) override {
    if (function != "shop.price") throw std::runtime_error("no such function");
    if (args[0].string() == "lost") throw std::runtime_error("the shelf is empty");
    reply.json(args[0].string() == "tea" ? "4.50" : "1000");
  }
  void note(std::string_view, std::string_view text) override { notes.emplace_back(text); }
  std::vector<std::string> notes;
};

}  // namespace

int main() {
  Shop shop;
  writ::Options options;
  options.function("shop.price", 1, WRIT_CALL_ONCE).print();
  auto program = writ::Program::compile({{"shop.rego",
                                          "package shop\n"
                                          "default allow := false\n"
                                          "allow if { print(\"asked\", input.item); price <= data.limit }\n"
                                          "price := shop.price(input.item)\n"
                                          "list := {\"b\": [1, 2.50], \"a\": {\"x\"}}\n"}},
                                        options);
  auto data = writ::Data::from_json(R"({"limit": 10})");
  writ::Context context(program, data, shop);
  context.set_labels(R"({"app":"shop"})");
  check(context.verdict("shop/allow", R"({"item":"tea"})") == writ::Verdict::kAllow, "tea");
  check(context.verdict("shop/allow", R"({"item":"gold"})") == writ::Verdict::kDeny, "gold");
  check(shop.notes == std::vector<std::string>{"asked tea", "asked gold"}, "notes");

  writ::DecideOptions recorded;
  recorded.record = true;
  writ::Decision decision = context.decide("shop/allow", R"({"item":"tea"})", recorded);
  check(decision.allowed() && decision.json() == "true" && decision.status() == WRIT_OK, "decision");
  check(decision.record().find(decision.digest()) != std::string_view::npos && !decision.id().empty(), "record");
  writ::Decision lost = context.decide("shop/allow", R"({"item":"lost"})", recorded);
  check(!lost.allowed() && lost.status() == WRIT_ERROR_OUTSIDE && lost.message() == "the shelf is empty", "lost");
  check(context.decide("shop/allow", std::nullopt).verdict() == writ::Verdict::kDeny, "no input");
  check(context.decide("shop/none", "{}").status() == WRIT_ERROR_ENTRY, "no entry point");

  options.mode(WRIT_MODE_NONE);
  auto values = writ::Program::load(program.save(), options);
  context.set_program(values, data);
  writ::Value list = context.decide("shop/list", std::nullopt).value();
  size_t members = 0;
  for (writ::Value member : list) members += member.size();
  check(members == 3 && list.key(0).string() == "a" && list.member("b")[1].number() == "2.5", "walk");
  check(list.json() == R"({"a":["x"],"b":[1,2.5]})" && list.member("b")[0].int64() == 1, "values");

  writ::Context query(values.query("x := data.shop.list.b[_]"));
  check(query.query(std::nullopt).json() == R"([{"x":1},{"x":2.5}])", "query");
  try {
    writ::Program::compile({{"broken.rego", "package p\nallow if x"}});
    check(false, "a broken policy compiles");
  } catch (const writ::Exception& exception) {
    check(exception.status() == WRIT_ERROR_POLICY, "exception");
    check(exception.row() == 2 && exception.file() == "broken.rego", "place");
  }
  return failures;
}
