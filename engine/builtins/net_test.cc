// The expected answers are those of OPA v1.22.4.
#include <string>
#include <utility>

#include "engine/base/meter.h"
#include "engine/builtins/test_support.h"

namespace writ {
namespace {

using test::Case;
using test::check_cases;
using test::run;

TEST_CASE("networks as Go sees them") {
  constexpr Case kCases[] = {
      {"net.cidr_is_valid", R"~(["1.2.3.4"])~", R"~(false)~"},
      {"net.cidr_contains", R"~(["1.2.3.4","1.2.3.4"])~",
       "eval_builtin_error: net.cidr_contains: invalid CIDR address: 1.2.3.4"},
      {"net.cidr_intersects", R"~(["1.2.3.4/8","::ffff:1.2.3.4"])~",
       "eval_builtin_error: net.cidr_intersects: invalid CIDR address: ::ffff:1.2.3.4"},
      {"net.cidr_intersects", R"~(["1.2.3.4/8","::/0"])~", R"~(false)~"},
      {"net.cidr_intersects", R"~(["1.2.3.4/8","0.0.0.0/0"])~", R"~(true)~"},
      {"net.cidr_is_valid", R"~(["::1/64"])~", R"~(true)~"},
      {"net.cidr_contains", R"~(["::1/64","1.2.0.0/16"])~", R"~(false)~"},
      {"net.cidr_intersects", R"~(["::1/64","1.2.0.0/16"])~", R"~(false)~"},
      {"net.cidr_intersects", R"~(["::1/64","::ffff:1.2.3.4"])~",
       "eval_builtin_error: net.cidr_intersects: invalid CIDR address: ::ffff:1.2.3.4"},
      {"net.cidr_contains", R"~(["::1/64","::/0"])~", R"~(false)~"},
      {"net.cidr_intersects", R"~(["::1/64","0.0.0.0/0"])~", R"~(false)~"},
      {"net.cidr_intersects", R"~(["::1/64","zz"])~",
       "eval_builtin_error: net.cidr_intersects: invalid CIDR address: zz"},
      {"net.cidr_contains", R"~(["::1/64","::ffff:1.2.3.128/121"])~", R"~(false)~"},
      {"net.cidr_is_valid", R"~(["1.2.3.4/33"])~", R"~(false)~"},
      {"net.cidr_contains", R"~(["1.2.3.4/33","1.2.0.0/16"])~",
       "eval_builtin_error: net.cidr_contains: invalid CIDR address: 1.2.3.4/33"},
      {"net.cidr_intersects", R"~(["1.2.3.4/33","::/0"])~",
       "eval_builtin_error: net.cidr_intersects: invalid CIDR address: 1.2.3.4/33"},
      {"net.cidr_contains", R"~(["1.2.3.4/33","::ffff:1.2.3.128/121"])~",
       "eval_builtin_error: net.cidr_contains: invalid CIDR address: 1.2.3.4/33"},
      {"net.cidr_is_valid", R"~(["1.2.3/8"])~", R"~(false)~"},
      {"net.cidr_contains", R"~(["1.2.3/8","::ffff:1.2.3.4"])~",
       "eval_builtin_error: net.cidr_contains: invalid CIDR address: 1.2.3/8"},
      {"net.cidr_intersects", R"~(["1.2.3/8","::ffff:1.2.3.4"])~",
       "eval_builtin_error: net.cidr_intersects: invalid CIDR address: 1.2.3/8"},
      {"net.cidr_contains", R"~(["01.2.3.4/8","1.2.3.4"])~",
       "eval_builtin_error: net.cidr_contains: invalid CIDR address: 01.2.3.4/8"},
      {"net.cidr_intersects", R"~(["1.2.3.4/","::ffff:1.2.3.4"])~",
       "eval_builtin_error: net.cidr_intersects: invalid CIDR address: 1.2.3.4/"},
      {"net.cidr_intersects", R"~(["1.2.3.4/","0.0.0.0/0"])~",
       "eval_builtin_error: net.cidr_intersects: invalid CIDR address: 1.2.3.4/"},
      {"net.cidr_contains", R"~(["1.2.3.4/08","1.2.0.0/16"])~", R"~(true)~"},
      {"net.cidr_is_valid", R"~(["::ffff:1.2.3.4/120"])~", R"~(true)~"},
      {"net.cidr_contains", R"~(["::ffff:1.2.3.4/120","::ffff:1.2.3.4"])~", R"~(true)~"},
      {"net.cidr_contains", R"~(["::ffff:1.2.3.4/120","::/0"])~", R"~(false)~"},
      {"net.cidr_intersects", R"~(["::ffff:1.2.3.4/120","::/0"])~", R"~(false)~"},
      {"net.cidr_contains", R"~(["::ffff:1.2.3.4/120","zz"])~",
       "eval_builtin_error: net.cidr_contains: not a valid textual representation of an IP address or CIDR: zz"},
      {"net.cidr_contains", R"~(["::ffff:1.2.3.4/120","::ffff:1.2.3.128/121"])~", R"~(true)~"},
      {"net.cidr_intersects", R"~(["::ffff:1.2.3.4/90","1.2.0.0/16"])~", R"~(false)~"},
      {"net.cidr_contains", R"~(["::ffff:1.2.3.4/90","::ffff:1.2.3.4"])~", R"~(false)~"},
      {"net.cidr_contains", R"~(["::ffff:1.2.3.4/90","::/0"])~", R"~(false)~"},
      {"net.cidr_contains", R"~(["::ffff:1.2.3.4/90","::ffff:1.2.3.128/121"])~", R"~(false)~"},
      {"net.cidr_contains", R"~(["fe80::1%e/64","::ffff:1.2.3.128/121"])~",
       "eval_builtin_error: net.cidr_contains: invalid CIDR address: fe80::1%e/64"},
      {"net.cidr_intersects", R"~(["x/8","1.2.3.4"])~",
       "eval_builtin_error: net.cidr_intersects: invalid CIDR address: x/8"},
      {"net.cidr_intersects", R"~(["x/8","0.0.0.0/0"])~",
       "eval_builtin_error: net.cidr_intersects: invalid CIDR address: x/8"},
      {"net.cidr_contains", R"~(["::1/128","1.2.3.4"])~", R"~(false)~"},
      {"net.cidr_contains", R"~(["::1/128","1.2.0.0/16"])~", R"~(false)~"},
      {"net.cidr_contains", R"~(["::1/128","::ffff:1.2.3.4"])~", R"~(false)~"},
      {"net.cidr_contains", R"~(["::1/128","::/0"])~", R"~(false)~"},
      {"net.cidr_contains", R"~(["::1/128","0.0.0.0/0"])~", R"~(false)~"},
      {"net.cidr_intersects", R"~(["::1/128","zz"])~",
       "eval_builtin_error: net.cidr_intersects: invalid CIDR address: zz"},
      {"net.cidr_contains", R"~(["::1/128","::ffff:1.2.3.128/121"])~", R"~(false)~"},
      {"net.cidr_intersects", R"~(["::1/128","::ffff:1.2.3.128/121"])~", R"~(false)~"},
      {"net.cidr_is_valid", R"~(["1.2.3.4/-1"])~", R"~(false)~"},
      {"net.cidr_intersects", R"~(["1.2.3.4/-1","::ffff:1.2.3.4"])~",
       "eval_builtin_error: net.cidr_intersects: invalid CIDR address: 1.2.3.4/-1"},
      {"net.cidr_contains", R"~(["1.2.3.4/-1","::ffff:1.2.3.128/121"])~",
       "eval_builtin_error: net.cidr_contains: invalid CIDR address: 1.2.3.4/-1"},
      {"net.cidr_contains", R"~(["1.2.3.4/ 8","::1"])~",
       "eval_builtin_error: net.cidr_contains: invalid CIDR address: 1.2.3.4/ 8"},
      {"net.cidr_merge", R"~([["10.0.0.0/9","10.128.0.0/9"]])~", R"({"10.0.0.0/8"})"},
      {"net.cidr_merge", R"~([{"$set":["192.0.128.0/24","192.0.129.0/24"]}])~", R"({"192.0.128.0/23"})"},
      {"net.cidr_merge", R"~([["1.1.1.0/24","1.1.1.0/25","1.1.2.0/24","1.1.3.0/25"]])~",
       R"({"1.1.1.0/24", "1.1.2.0/24", "1.1.3.0/25"})"},
      {"net.cidr_merge", R"~([{"$set":["1.1.1.0/24","1.1.1.0/25","1.1.2.0/24","1.1.3.0/25"]}])~",
       R"({"1.1.1.0/24", "1.1.2.0/24", "1.1.3.0/25"})"},
      {"net.cidr_merge", R"~([["2001:db8::/33","2001:db8:8000::/33","10.0.0.1/32","10.0.0.2/32","10.0.0.3/32"]])~",
       R"({"10.0.0.1/32", "10.0.0.2/31", "2001:db8::/32"})"},
      {"net.cidr_merge", R"~([[]])~", "set()"},
      {"net.cidr_merge", R"~([{"$set":[]}])~", "set()"},
      {"net.cidr_merge", R"~([{"$set":["::1/128","::2/128","::3/128"]}])~", R"({"::1/128", "::2/127"})"},
      {"net.cidr_contains_matches", R"~(["1.1.1.0/24","1.1.1.128"])~", R"({["1.1.1.0/24", "1.1.1.128"]})"},
      {"net.cidr_contains_matches", R"~([["1.1.1.0/24","1.1.2.0/24"],"1.1.1.128"])~", R"({[0, "1.1.1.128"]})"},
      {"net.lookup_ip_addr", R"~(["10.0.0.0"])~", R"({"10.0.0.0"})"},
  };
  check_cases(kCases);
}

TEST_CASE("networks of IPv6 are compared by their prefixes; kinds without networks have none") {
  constexpr test::Case kCases[] = {
      {"net.cidr_contains", R"~(["::/80","::/80"])~", R"~(true)~"},
      {"net.cidr_contains", R"~(["::/0","::/80"])~", R"~(true)~"},
      {"net.cidr_contains", R"~(["::8000:0:0/81","::8000:0:0/81"])~", R"~(true)~"},
      {"net.cidr_contains", R"~(["::/80","::/0"])~", R"~(false)~"},
      {"net.cidr_contains", R"~(["::/0","::ffff:0:0/96"])~", R"~(false)~"},
      {"net.cidr_contains", R"~(["::/0","::ffff:1.2.3.4"])~", R"~(false)~"},
      {"net.cidr_contains", R"~(["0.0.0.0/0","::ffff:1.2.3.4"])~", R"~(true)~"},
      {"net.cidr_contains", R"~(["::ffff:0:0/96","1.2.3.4"])~", R"~(true)~"},
      {"net.cidr_contains", R"~(["::ffff:1.2.3.0/120","1.2.3.0/24"])~", R"~(true)~"},
      {"net.cidr_contains", R"~(["2001:db8::/32","2001:db8::/33"])~", R"~(true)~"},
      {"net.cidr_contains", R"~(["::/0","10.0.0.0/8"])~", R"~(false)~"},
      {"net.cidr_contains_matches", R"~([null,"10.0.0.1"])~", "set()"},
      {"net.cidr_contains_matches", R"~(["10.0.0.1",null])~", "set()"},
      {"net.cidr_contains_matches", R"~([[],1])~", "set()"},
      {"net.cidr_merge", R"~(["0"])~", "eval_builtin_error: net.cidr_merge: operand must be an array"},
  };
  test::check_cases(kCases);
}

TEST_CASE("expanding a network is paid for before it is done, and has a bound") {
  CHECK(run("net.cidr_expand", R"(["10.0.0.0/24"])", 255) == "E_FUEL");
  CHECK(run("net.cidr_expand", R"(["10.0.0.0/24"])", 257).starts_with(R"({"10.0.0.0", ")"));
  CHECK(run("net.cidr_expand", R"(["0.0.0.0/0"])", test::kPlentyOfFuel) == "E_MEMORY");
  CHECK(run("net.cidr_expand", R"(["::/0"])", test::kPlentyOfFuel) == "E_MEMORY");
  CHECK(run("net.cidr_expand", R"(["::/0"])", 1'000'000'000) == "E_FUEL");
}

TEST_CASE("names are looked up by the host, addresses are not") {
  test::Bench bench;
  bench.services.answers["net.lookup_ip_addr"] = R"({"$set": ["192.0.2.7"]})";
  CHECK(bench.run("net.lookup_ip_addr", R"(["example.org"])") == R"({"192.0.2.7"})");
  CHECK(bench.services.host_calls == std::vector<std::string>{R"(net.lookup_ip_addr ["example.org"])"});
  CHECK(bench.run("net.lookup_ip_addr", R"(["10.0.0.1"])") == R"({"10.0.0.1"})");
  CHECK(bench.run("net.lookup_ip_addr", R"(["FE80::1%eth0"])") == R"({"fe80::1%eth0"})");
  CHECK(bench.services.host_calls.size() == 1);
  bench.services.answers["net.lookup_ip_addr"] = R"(["192.0.2.8", "192.0.2.7", "192.0.2.8"])";
  CHECK(bench.run("net.lookup_ip_addr", R"(["example.org"])") == R"({"192.0.2.7", "192.0.2.8"})");
  for (const char* wrong : {R"("192.0.2.7")", "{}", "[1]", R"([["192.0.2.7"]])", "null"}) {
    bench.services.answers["net.lookup_ip_addr"] = wrong;
    CHECK(bench.run("net.lookup_ip_addr", R"(["example.org"])") == "E_OUTSIDE");
  }
}

TEST_CASE("names and addresses are looked up that capabilities list, spelled as there") {
  test::Bench bench;
  bench.services.hosts = {"example.org", "10.0.0.1"};
  bench.services.answers["net.lookup_ip_addr"] = R"({"$set": ["192.0.2.7"]})";
  CHECK(bench.run("net.lookup_ip_addr", R"(["example.org"])") == R"({"192.0.2.7"})");
  CHECK(bench.run("net.lookup_ip_addr", R"(["10.0.0.1"])") == R"({"10.0.0.1"})");
  for (std::string host : {"Example.org", "example.org.", "a.example.org", "", "10.0.0.2", "::ffff:10.0.0.1", "::1"}) {
    CHECK(bench.run("net.lookup_ip_addr", "[\"" + host + "\"]") ==
          "eval_builtin_error: net.lookup_ip_addr: disallowed host: " + host);
  }
  CHECK(bench.services.host_calls.size() == 1);
}

TEST_CASE("what a fault shows of an argument is paid for, and so are layouts and templates") {
  std::string big(1'000'000, '1');
  for (const auto& [name, args] : std::initializer_list<std::pair<std::string_view, std::string>>{
           {"net.cidr_merge", "[[\"" + big + "\"]]"},
           {"net.cidr_contains_matches", "[[\"" + big + "\"],[\"1.1.1.1/32\"]]"},
           {"json.patch", "[{},[{\"op\":\"" + big + "\",\"path\":\"/a\"}]]"},
           {"time.clock", "[[1,\"" + big + "\"]]"},
           {"time.format", "[[1,\"UTC\",\"" + big + "\"]]"},
           {"regex.replace", "[\"aaaaaaaaaa\",\"a\",\"" + std::string(20'000, '$') + "\"]"}}) {
    CAPTURE(name);
    test::Bench bench;
    Meter meter;
    meter.begin(UINT64_MAX);
    Meter::Scope scope(&meter);
    bench.services.fuel = UINT64_MAX;
    bench.run(name, args);
    CHECK(bench.services.used + meter.used() > 10'000);
  }
}

}  // namespace
}  // namespace writ
