// The expected answers are those of OPA v1.22.4.
#include "engine/builtins/test_support.h"

namespace writ {
namespace {

using test::Case;
using test::check_cases;
using test::run;

TEST_CASE("URLs read and written as Go does") {
  constexpr Case kCases[] = {
      {"urlquery.decode", R"~(["a b+c&%"])~", R"(eval_builtin_error: urlquery.decode: invalid URL escape "%")"},
      {"urlquery.decode_object", R"~(["a b+c&%"])~",
       R"(eval_builtin_error: urlquery.decode_object: invalid URL escape "%")"},
      {"urlquery.decode_object", R"~(["ü~.-_"])~", R"({"ü~.-_": [""]})"},
      {"urlquery.encode", R"~([""])~", R"~("")~"},
      {"urlquery.decode_object", R"~([""])~", R"~({})~"},
      {"urlquery.decode", R"~(["%zz"])~", R"(eval_builtin_error: urlquery.decode: invalid URL escape "%zz")"},
      {"urlquery.decode_object", R"~(["%zz"])~",
       R"(eval_builtin_error: urlquery.decode_object: invalid URL escape "%zz")"},
      {"urlquery.decode_object", R"~(["%4"])~",
       R"(eval_builtin_error: urlquery.decode_object: invalid URL escape "%4")"},
      {"urlquery.decode", R"~(["a%20b+c"])~", R"~("a b c")~"},
      {"urlquery.decode_object", R"~(["a%20b+c"])~", R"({"a b c": [""]})"},
      {"urlquery.encode", R"~(["%"])~", R"~("%25")~"},
      {"urlquery.decode", R"~(["%"])~", R"(eval_builtin_error: urlquery.decode: invalid URL escape "%")"},
      {"urlquery.decode_object", R"~(["%"])~", R"(eval_builtin_error: urlquery.decode_object: invalid URL escape "%")"},
      {"urlquery.decode_object", R"~(["a;b"])~",
       "eval_builtin_error: urlquery.decode_object: invalid semicolon separator in query"},
      {"urlquery.decode_object", R"~(["a;b&%zz"])~",
       "eval_builtin_error: urlquery.decode_object: invalid semicolon separator in query"},
      {"urlquery.decode_object", R"~(["&&a&="])~", R"({"": [""], "a": [""]})"},
      {"urlquery.decode_object", R"~(["a=%zz&%yy=1"])~",
       R"(eval_builtin_error: urlquery.decode_object: invalid URL escape "%zz")"},
      {"uri.parse", R"~(["//x/y"])~", R"({"hostname": "x", "path": "/y", "raw_path": "/y"})"},
      {"uri.is_valid", R"~(["//x/y"])~", R"~(true)~"},
      {"uri.parse", R"~(["///x"])~", R"({"path": "///x", "raw_path": "///x"})"},
      {"uri.is_valid", R"~(["///x"])~", R"~(true)~"},
      {"uri.is_valid", R"~(["/a/b"])~", R"~(true)~"},
      {"uri.is_valid", R"~(["a:b"])~", R"~(true)~"},
      {"uri.parse", R"~(["1a:b"])~",
       R"(eval_builtin_error: uri.parse: parse "1a:b": first path segment in URL cannot contain colon)"},
      {"uri.is_valid", R"~(["::"])~", R"~(false)~"},
      {"uri.is_valid", R"~(["http://[::1%25eth0]:80/"])~", R"~(true)~"},
      {"uri.parse", R"~(["http://[::1"])~",
       R"(eval_builtin_error: uri.parse: parse "http://[::1": missing ']' in host)"},
      {"uri.parse", R"~(["http://[zz]/"])~",
       R"(eval_builtin_error: uri.parse: parse "http://[zz]/": invalid host: ParseAddr("zz"): unable to parse IP)"},
      {"uri.parse", R"~(["http://a:b:c/"])~",
       R"(eval_builtin_error: uri.parse: parse "http://a:b:c/": invalid port ":b:c" after host)"},
      {"uri.is_valid", R"~(["http://a:b:c/"])~", R"~(false)~"},
      {"uri.parse", R"~(["ftp://a:b:80/"])~",
       R"({"hostname": "a:b", "path": "/", "port": "80", "raw_path": "/", "scheme": "ftp"})"},
      {"uri.parse", R"~(["http://a b/"])~",
       R"(eval_builtin_error: uri.parse: parse "http://a b/": invalid character " " in host name)"},
      {"uri.is_valid", R"~(["http://a b/"])~", R"~(false)~"},
      {"uri.parse", R"~(["http://a%20b/"])~",
       R"(eval_builtin_error: uri.parse: parse "http://a%20b/": invalid URL escape "%20")"},
      {"uri.parse", R"~(["http://ü/"])~", R"({"hostname": "ü", "path": "/", "raw_path": "/", "scheme": "http"})"},
      {"uri.is_valid", R"~(["http://ü/"])~", R"~(true)~"},
      {"uri.parse", R"~(["http://x/%zz"])~",
       R"(eval_builtin_error: uri.parse: parse "http://x/%zz": invalid URL escape "%zz")"},
      {"uri.parse", R"~(["http://x/a b"])~",
       R"({"hostname": "x", "path": "/a b", "raw_path": "/a b", "scheme": "http"})"},
      {"uri.parse", R"~(["?q"])~", R"({"raw_query": "q"})"},
      {"uri.parse", R"~(["#"])~", R"~({})~"},
      {"uri.parse", R"~(["a?"])~", R"({"path": "a", "raw_path": "a"})"},
      {"uri.is_valid", R"~(["a?"])~", R"~(true)~"},
      {"uri.parse", R"~(["a?b?c"])~", R"({"path": "a", "raw_path": "a", "raw_query": "b?c"})"},
      {"uri.is_valid", R"~(["*"])~", R"~(true)~"},
      {"uri.parse", R"~(["http://u%zz@h/"])~",
       R"(eval_builtin_error: uri.parse: parse "http://u%zz@h/": invalid URL escape "%zz")"},
      {"uri.parse", R"~(["http://u@h@i/"])~", R"({"hostname": "i", "path": "/", "raw_path": "/", "scheme": "http"})"},
      {"uri.parse", R"~(["http://x/#%zz"])~",
       R"(eval_builtin_error: uri.parse: parse "http://x/#%zz": invalid URL escape "%zz")"},
      {"uri.is_valid", R"~(["HTTP://X"])~", R"~(true)~"},
      {"uri.parse", R"~(["mailto:a?b#c"])~", R"({"fragment": "c", "raw_query": "b", "scheme": "mailto"})"},
      {"uri.parse", R"~(["http://[fe80::1%25%65]/"])~",
       R"({"hostname": "fe80::1%e", "path": "/", "raw_path": "/", "scheme": "http"})"},
      {"uri.is_valid", R"~(["http://[fe80::1%25%65]/"])~", R"~(true)~"},
      {"uri.parse", R"~(["http://a:80"])~", R"({"hostname": "a", "port": "80", "scheme": "http"})"},
      {"uri.is_valid", R"~(["http://a:80"])~", R"~(true)~"},
      {"uri.parse", R"~(["http://[::1]80/"])~",
       R"(eval_builtin_error: uri.parse: parse "http://[::1]80/": invalid port "80" after host)"},
      {"uri.is_valid", R"~(["http://[::1]80/"])~", R"~(false)~"},
      {"uri.is_valid", R"~(["/a:b/c"])~", R"~(true)~"},
      {"uri.parse", R"~(["http://"])~", R"({"scheme": "http"})"},
      {"uri.parse", R"~(["http:///p"])~", R"({"path": "/p", "raw_path": "/p", "scheme": "http"})"},
      {"uri.parse", R"~(["http://x/%2f%2F"])~",
       R"({"hostname": "x", "path": "///", "raw_path": "/%2f%2F", "scheme": "http"})"},
      {"uri.is_valid", R"~(["http://x/%2f%2F"])~", R"~(true)~"},
  };
  check_cases(kCases);
}

TEST_CASE("uri.is_valid and others are false of what is not a string") {
  constexpr Case kCases[] = {
      {"uri.is_valid", "[1]", "false"},
      {"base64.is_valid", "[null]", "false"},
      {"net.cidr_is_valid", "[{}]", "false"},
      {"regex.is_valid", "[[]]", "false"},
      {"yaml.is_valid", "[true]", "false"},
  };
  check_cases(kCases);
}

TEST_CASE("a query of too many parameters is at fault") {
  std::string query(10'000, '&');
  CHECK(run("urlquery.decode_object", "[\"" + query + "\"]") ==
        "eval_builtin_error: urlquery.decode_object: number of URL query parameters exceeded limit");
  query.pop_back();
  CHECK(run("urlquery.decode_object", "[\"" + query + "\"]") == "{}");
}

}  // namespace
}  // namespace writ
