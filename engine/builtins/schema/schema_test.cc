// The expected answers are those of OPA v1.22.4.
#include "engine/builtins/test_support.h"

namespace writ {
namespace {

using test::Case;
using test::check_cases;

TEST_CASE("JSON schemas: arguments are JSON texts or values", "[schema]") {
  constexpr Case kCases[] = {
      {"json.match_schema", R"~([{"id":5},{"properties":{"id":{"type":"integer"}},"required":["id"]}])~",
       R"~([true, []])~"},
      {"json.match_schema", R"~(["{\"id\":5}","{\"type\":\"object\"}"])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["[1","{}"])~", R"~(eval_builtin_error: json.match_schema: invalid JSON string)~"},
      {"json.match_schema", R"~(["{}","{\"a\":1,}"])~", R"~(eval_builtin_error: json.match_schema: invalid JSON string)~"},
      {"json.match_schema", R"~([5,{}])~", R"~(eval_builtin_error: json.match_schema: wrong type, expected string or object)~"},
      {"json.match_schema", R"~([{},5])~", R"~(eval_builtin_error: json.match_schema: wrong type, expected string or object)~"},
      {"json.match_schema", R"~([{},null])~", R"~(eval_builtin_error: json.match_schema: wrong type, expected string or object)~"},
      {"json.match_schema", R"~(["1 2","{}"])~", R"~(eval_builtin_error: json.match_schema: invalid JSON string)~"},
      {"json.match_schema", R"~(["null","true"])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["null","false"])~",
       R"~([false, [{"desc": "False always fails validation", "error": "(Root): False always fails validation", "fi)~"
       R"~(eld": "(Root)", "type": "false"}]])~"},
      {"json.match_schema", R"~(["{\"a\":1,\"a\":2}",{"properties":{"a":{"const":2}}}])~", R"~([true, []])~"},
      {"json.verify_schema", R"~([5])~", R"~([false, "jsonschema: wrong type, expected string or object"])~"},
      {"json.verify_schema", R"~(["x"])~", R"~([false, "jsonschema: invalid JSON string"])~"},
      {"json.verify_schema", R"~(["5"])~", R"~([false, "jsonschema: schema is invalid"])~"},
      {"json.verify_schema", R"~(["true"])~", R"~([true, null])~"},
      {"json.verify_schema", R"~([[1]])~", R"~([false, "jsonschema: schema is invalid"])~"},
      {"json.verify_schema", R"~(["{} x"])~", R"~([false, "jsonschema: invalid JSON string"])~"},
  };
  check_cases(kCases);
}

TEST_CASE("JSON schemas: types", "[schema]") {
  constexpr Case kCases[] = {
      {"json.match_schema", R"~(["5",{"type":"string"}])~",
       R"~([false, [{"desc": "Invalid type. Expected: string, given: integer", "error": "(Root): Invalid type. Expe)~"
       R"~(cted: string, given: integer", "field": "(Root)", "type": "invalid_type"}]])~"},
      {"json.match_schema", R"~(["1.5",{"type":"string"}])~",
       R"~([false, [{"desc": "Invalid type. Expected: string, given: number", "error": "(Root): Invalid type. Expec)~"
       R"~(ted: string, given: number", "field": "(Root)", "type": "invalid_type"}]])~"},
      {"json.match_schema", R"~(["null",{"type":"string"}])~",
       R"~([false, [{"desc": "Invalid type. Expected: string, given: null", "error": "(Root): Invalid type. Expecte)~"
       R"~(d: string, given: null", "field": "(Root)", "type": "invalid_type"}]])~"},
      {"json.match_schema", R"~(["true",{"type":"string"}])~",
       R"~([false, [{"desc": "Invalid type. Expected: string, given: boolean", "error": "(Root): Invalid type. Expe)~"
       R"~(cted: string, given: boolean", "field": "(Root)", "type": "invalid_type"}]])~"},
      {"json.match_schema", R"~([[],{"type":"string"}])~",
       R"~([false, [{"desc": "Invalid type. Expected: string, given: array", "error": "(Root): Invalid type. Expect)~"
       R"~(ed: string, given: array", "field": "(Root)", "type": "invalid_type"}]])~"},
      {"json.match_schema", R"~([{},{"type":"string"}])~",
       R"~([false, [{"desc": "Invalid type. Expected: string, given: object", "error": "(Root): Invalid type. Expec)~"
       R"~(ted: string, given: object", "field": "(Root)", "type": "invalid_type"}]])~"},
      {"json.match_schema", R"~(["\"x\"",{"type":"string"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["1",{"type":["integer","null"]}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["1.5",{"type":["integer","null"]}])~",
       R"~([false, [{"desc": "Invalid type. Expected: [integer,null], given: number", "error": "(Root): Invalid typ)~"
       R"~(e. Expected: [integer,null], given: number", "field": "(Root)", "type": "invalid_type"}]])~"},
      {"json.match_schema", R"~(["null",{"type":["integer","null"]}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["1.0",{"type":"integer"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["2",{"type":"number"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["10e-1",{"type":"integer"}])~", R"~([true, []])~"},
  };
  check_cases(kCases);
}

TEST_CASE("JSON schemas: numbers", "[schema]") {
  constexpr Case kCases[] = {
      {"json.match_schema", R"~(["1",{"minimum":2,"maximum":4}])~",
       R"~([false, [{"desc": "Must be greater than or equal to 2", "error": "(Root): Must be greater than or equal )~"
       R"~(to 2", "field": "(Root)", "type": "number_gte"}]])~"},
      {"json.match_schema", R"~(["2",{"minimum":2,"maximum":4}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["4",{"minimum":2,"maximum":4}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["5",{"minimum":2,"maximum":4}])~",
       R"~([false, [{"desc": "Must be less than or equal to 4", "error": "(Root): Must be less than or equal to 4",)~"
       R"~( "field": "(Root)", "type": "number_lte"}]])~"},
      {"json.match_schema", R"~(["2",{"exclusiveMinimum":2,"exclusiveMaximum":4}])~",
       R"~([false, [{"desc": "Must be greater than 2", "error": "(Root): Must be greater than 2", "field": "(Root)")~"
       R"~(, "type": "number_gt"}]])~"},
      {"json.match_schema", R"~(["3",{"exclusiveMinimum":2,"exclusiveMaximum":4}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["4",{"exclusiveMinimum":2,"exclusiveMaximum":4}])~",
       R"~([false, [{"desc": "Must be less than 4", "error": "(Root): Must be less than 4", "field": "(Root)", "typ)~"
       R"~(e": "number_lt"}]])~"},
      {"json.match_schema", R"~(["2",{"$schema":"http://json-schema.org/draft-04/schema#","minimum":2,"exclusiveM)~"
       R"~(inimum":true,"maximum":4,"exclusiveMaximum":false}])~",
       R"~([false, [{"desc": "Must be greater than 2", "error": "(Root): Must be greater than 2", "field": "(Root)")~"
       R"~(, "type": "number_gt"}]])~"},
      {"json.match_schema", R"~(["4",{"$schema":"http://json-schema.org/draft-04/schema#","minimum":2,"exclusiveM)~"
       R"~(inimum":true,"maximum":4,"exclusiveMaximum":false}])~",
       R"~([true, []])~"},
      {"json.match_schema", R"~(["0.3","{\"multipleOf\":0.1}"])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["0.35","{\"multipleOf\":0.1}"])~",
       R"~([false, [{"desc": "Must be a multiple of 0.1", "error": "(Root): Must be a multiple of 0.1", "field": "()~"
       R"~(Root)", "type": "multiple_of"}]])~"},
      {"json.match_schema", R"~(["3","{\"multipleOf\":2}"])~",
       R"~([false, [{"desc": "Must be a multiple of 2", "error": "(Root): Must be a multiple of 2", "field": "(Root)~"
       R"~()", "type": "multiple_of"}]])~"},
      {"json.match_schema", R"~(["1e300","{\"multipleOf\":7}"])~",
       R"~([false, [{"desc": "Must be a multiple of 7", "error": "(Root): Must be a multiple of 7", "field": "(Root)~"
       R"~()", "type": "multiple_of"}]])~"},
      {"json.match_schema", R"~(["1e300","{\"multipleOf\":1e299}"])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["5","{\"maximum\":0.00001,\"minimum\":1000000,\"exclusiveMinimum\":1234567.5,\"m)~"
       R"~(ultipleOf\":123456789012345678901234}"])~",
       R"~([false, [{"desc": "Must be a multiple of 1.23456789012345678901234e+23", "error": "(Root): Must be a mul)~"
       R"~(tiple of 1.23456789012345678901234e+23", "field": "(Root)", "type": "multiple_of"}, {"desc": "Must be le)~"
       R"~(ss than or equal to 1e-05", "error": "(Root): Must be less than or equal to 1e-05", "field": "(Root)", ")~"
       R"~(type": "number_lte"}, {"desc": "Must be greater than or equal to 1e+06", "error": "(Root): Must be great)~"
       R"~(er than or equal to 1e+06", "field": "(Root)", "type": "number_gte"}, {"desc": "Must be greater than 1.2)~"
       R"~(345675e+06", "error": "(Root): Must be greater than 1.2345675e+06", "field": "(Root)", "type": "number_g)~"
       R"~(t"}]])~"},
      {"json.match_schema", R"~(["1","{\"minimum\":1234567890123456789012.25,\"multipleOf\":36893488147419103232.)~"
       R"~(125}"])~",
       R"~([false, [{"desc": "Must be a multiple of 3.68934881474191032321e+19", "error": "(Root): Must be a multip)~"
       R"~(le of 3.68934881474191032321e+19", "field": "(Root)", "type": "multiple_of"}, {"desc": "Must be greater )~"
       R"~(than or equal to 1.2345678901234567890122e+21", "error": "(Root): Must be greater than or equal to 1.234)~"
       R"~(5678901234567890122e+21", "field": "(Root)", "type": "number_gte"}]])~"},
      {"json.match_schema", R"~(["1","{\"minimum\":0.1234567890123456789012345}"])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["1","{\"minimum\":3.3333333333333333333333}"])~",
       R"~([false, [{"desc": "Must be greater than or equal to 3.3333333333333333333333", "error": "(Root): Must be)~"
       R"~( greater than or equal to 3.3333333333333333333333", "field": "(Root)", "type": "number_gte"}]])~"},
      {"json.match_schema", R"~(["1","{\"minimum\":1180591620717411303424.5,\"exclusiveMinimum\":1844674407370955)~"
       R"~(1616.5}"])~",
       R"~([false, [{"desc": "Must be greater than or equal to 1.1805916207174113034245e+21", "error": "(Root): Mus)~"
       R"~(t be greater than or equal to 1.1805916207174113034245e+21", "field": "(Root)", "type": "number_gte"}, {)~"
       R"~("desc": "Must be greater than 1.84467440737095516165e+19", "error": "(Root): Must be greater than 1.8446)~"
       R"~(7440737095516165e+19", "field": "(Root)", "type": "number_gt"}]])~"},
  };
  check_cases(kCases);
}

TEST_CASE("JSON schemas: strings", "[schema]") {
  constexpr Case kCases[] = {
      {"json.match_schema", R"~(["\"é\"",{"minLength":2,"maxLength":3}])~",
       R"~([false, [{"desc": "String length must be greater than or equal to 2", "error": "(Root): String length mu)~"
       R"~(st be greater than or equal to 2", "field": "(Root)", "type": "string_gte"}]])~"},
      {"json.match_schema", R"~(["\"日本\"",{"minLength":2,"maxLength":3}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"abcd\"",{"minLength":2,"maxLength":3}])~",
       R"~([false, [{"desc": "String length must be less than or equal to 3", "error": "(Root): String length must )~"
       R"~(be less than or equal to 3", "field": "(Root)", "type": "string_lte"}]])~"},
      {"json.match_schema", R"~(["5",{"minLength":2,"maxLength":3}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"aa\"",{"pattern":"^a+$"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"b\"",{"pattern":"^a+$"}])~",
       R"~([false, [{"desc": "Does not match pattern '^a+$'", "error": "(Root): Does not match pattern '^a+$'", "fi)~"
       R"~(eld": "(Root)", "type": "pattern"}]])~"},
      {"json.match_schema", R"~(["5",{"pattern":"^a+$"}])~", R"~([true, []])~"},
  };
  check_cases(kCases);
}

TEST_CASE("JSON schemas: formats", "[schema]") {
  constexpr Case kCases[] = {
      {"json.match_schema", R"~(["\"2020-02-29\"",{"format":"date"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"2021-02-29\"",{"format":"date"}])~",
       R"~([false, [{"desc": "Does not match format 'date'", "error": "(Root): Does not match format 'date'", "fiel)~"
       R"~(d": "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"x\"",{"format":"date"}])~",
       R"~([false, [{"desc": "Does not match format 'date'", "error": "(Root): Does not match format 'date'", "fiel)~"
       R"~(d": "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"10:11:12\"",{"format":"time"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"10:11:12Z\"",{"format":"time"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"10:11:12.5+01:00\"",{"format":"time"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"25:00:00\"",{"format":"time"}])~",
       R"~([false, [{"desc": "Does not match format 'time'", "error": "(Root): Does not match format 'time'", "fiel)~"
       R"~(d": "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"2020-01-02T03:04:05Z\"",{"format":"date-time"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"2020-01-02\"",{"format":"date-time"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"10:11:12\"",{"format":"date-time"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"2020-01-02 03:04:05Z\"",{"format":"date-time"}])~",
       R"~([false, [{"desc": "Does not match format 'date-time'", "error": "(Root): Does not match format 'date-tim)~"
       R"~(e'", "field": "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"a.b-c\"",{"format":"hostname"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"-a\"",{"format":"hostname"}])~",
       R"~([false, [{"desc": "Does not match format 'hostname'", "error": "(Root): Does not match format 'hostname')~"
       R"~(", "field": "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"a..b\"",{"format":"hostname"}])~",
       R"~([false, [{"desc": "Does not match format 'hostname'", "error": "(Root): Does not match format 'hostname')~"
       R"~(", "field": "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"a.\"",{"format":"hostname"}])~",
       R"~([false, [{"desc": "Does not match format 'hostname'", "error": "(Root): Does not match format 'hostname')~"
       R"~(", "field": "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"a@b\"",{"format":"email"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"x <a@b.c>\"",{"format":"email"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"a\"",{"format":"email"}])~",
       R"~([false, [{"desc": "Does not match format 'email'", "error": "(Root): Does not match format 'email'", "fi)~"
       R"~(eld": "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"@b\"",{"format":"email"}])~",
       R"~([false, [{"desc": "Does not match format 'email'", "error": "(Root): Does not match format 'email'", "fi)~"
       R"~(eld": "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"\\\"\\\" @b\"",{"format":"email"}])~",
       R"~([false, [{"desc": "Does not match format 'email'", "error": "(Root): Does not match format 'email'", "fi)~"
       R"~(eld": "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"\\\"a b\\\"@c\"",{"format":"email"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"a@[1.2.3.4]\"",{"format":"email"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"a@[x]\"",{"format":"email"}])~",
       R"~([false, [{"desc": "Does not match format 'email'", "error": "(Root): Does not match format 'email'", "fi)~"
       R"~(eld": "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"g: a@b;\"",{"format":"email"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"g: a@b, c@d;\"",{"format":"email"}])~",
       R"~([false, [{"desc": "Does not match format 'email'", "error": "(Root): Does not match format 'email'", "fi)~"
       R"~(eld": "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"a@b (c)\"",{"format":"email"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"a@b (\"",{"format":"email"}])~",
       R"~([false, [{"desc": "Does not match format 'email'", "error": "(Root): Does not match format 'email'", "fi)~"
       R"~(eld": "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"=?foo?q?x?= <a@b>\"",{"format":"email"}])~",
       R"~([false, [{"desc": "Does not match format 'email'", "error": "(Root): Does not match format 'email'", "fi)~"
       R"~(eld": "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"=?utf-8?q?x?= <a@b>\"",{"format":"email"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"=?utf-8?q?x?= (c) <a@b>\"",{"format":"email"}])~",
       R"~([false, [{"desc": "Does not match format 'email'", "error": "(Root): Does not match format 'email'", "fi)~"
       R"~(eld": "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"Bob (c) <a@b>\"",{"format":"email"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"a..b@c\"",{"format":"email"}])~",
       R"~([false, [{"desc": "Does not match format 'email'", "error": "(Root): Does not match format 'email'", "fi)~"
       R"~(eld": "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"a b c <x@y>\"",{"format":"email"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"é@ü\"",{"format":"idn-email"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"1.2.3.4\"",{"format":"ipv4"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"1.2.3\"",{"format":"ipv4"}])~",
       R"~([false, [{"desc": "Does not match format 'ipv4'", "error": "(Root): Does not match format 'ipv4'", "fiel)~"
       R"~(d": "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"::1\"",{"format":"ipv4"}])~",
       R"~([false, [{"desc": "Does not match format 'ipv4'", "error": "(Root): Does not match format 'ipv4'", "fiel)~"
       R"~(d": "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"::ffff:1.2.3.4\"",{"format":"ipv4"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"::1\"",{"format":"ipv6"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"1.2.3.4\"",{"format":"ipv6"}])~",
       R"~([false, [{"desc": "Does not match format 'ipv6'", "error": "(Root): Does not match format 'ipv6'", "fiel)~"
       R"~(d": "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"fe80::1%eth0\"",{"format":"ipv6"}])~",
       R"~([false, [{"desc": "Does not match format 'ipv6'", "error": "(Root): Does not match format 'ipv6'", "fiel)~"
       R"~(d": "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"http://a/b\"",{"format":"uri"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"a\"",{"format":"uri"}])~",
       R"~([false, [{"desc": "Does not match format 'uri'", "error": "(Root): Does not match format 'uri'", "field")~"
       R"~(: "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"a:b\"",{"format":"uri"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"http://a b\"",{"format":"uri"}])~",
       R"~([false, [{"desc": "Does not match format 'uri'", "error": "(Root): Does not match format 'uri'", "field")~"
       R"~(: "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"a:\\\\b\"",{"format":"uri"}])~",
       R"~([false, [{"desc": "Does not match format 'uri'", "error": "(Root): Does not match format 'uri'", "field")~"
       R"~(: "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"%zz\"",{"format":"uri"}])~",
       R"~([false, [{"desc": "Does not match format 'uri'", "error": "(Root): Does not match format 'uri'", "field")~"
       R"~(: "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"a\"",{"format":"uri-reference"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"//h\"",{"format":"uri-reference"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"%zz\"",{"format":"uri-reference"}])~",
       R"~([false, [{"desc": "Does not match format 'uri-reference'", "error": "(Root): Does not match format 'uri-)~"
       R"~(reference'", "field": "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"a:b:c\"",{"format":"uri-reference"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"\\\\\"",{"format":"uri-reference"}])~",
       R"~([false, [{"desc": "Does not match format 'uri-reference'", "error": "(Root): Does not match format 'uri-)~"
       R"~(reference'", "field": "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"http://é/\"",{"format":"iri"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"/a/{b}\"",{"format":"uri-template"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"/a/{b\"",{"format":"uri-template"}])~",
       R"~([false, [{"desc": "Does not match format 'uri-template'", "error": "(Root): Does not match format 'uri-t)~"
       R"~(emplate'", "field": "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"/a}b\"",{"format":"uri-template"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"{a}{b}\"",{"format":"uri-template"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"2eb8aa08-aa98-11ea-b4aa-73b441d16380\"",{"format":"uuid"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"2EB8AA08-AA98-11EA-B4AA-73B441D16380\"",{"format":"uuid"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"2eb8aa08aa9811eab4aa73b441d16380\"",{"format":"uuid"}])~",
       R"~([false, [{"desc": "Does not match format 'uuid'", "error": "(Root): Does not match format 'uuid'", "fiel)~"
       R"~(d": "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"a+\"",{"format":"regex"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"[a\"",{"format":"regex"}])~",
       R"~([false, [{"desc": "Does not match format 'regex'", "error": "(Root): Does not match format 'regex'", "fi)~"
       R"~(eld": "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"\"",{"format":"regex"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"(?=x)\"",{"format":"regex"}])~",
       R"~([false, [{"desc": "Does not match format 'regex'", "error": "(Root): Does not match format 'regex'", "fi)~"
       R"~(eld": "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"\"",{"format":"json-pointer"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"/a/~0~1\"",{"format":"json-pointer"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"a\"",{"format":"json-pointer"}])~",
       R"~([false, [{"desc": "Does not match format 'json-pointer'", "error": "(Root): Does not match format 'json-)~"
       R"~(pointer'", "field": "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"/~2\"",{"format":"json-pointer"}])~",
       R"~([false, [{"desc": "Does not match format 'json-pointer'", "error": "(Root): Does not match format 'json-)~"
       R"~(pointer'", "field": "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"0\"",{"format":"relative-json-pointer"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"10#\"",{"format":"relative-json-pointer"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"1/a\"",{"format":"relative-json-pointer"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"01\"",{"format":"relative-json-pointer"}])~",
       R"~([false, [{"desc": "Does not match format 'relative-json-pointer'", "error": "(Root): Does not match form)~"
       R"~(at 'relative-json-pointer'", "field": "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"-1\"",{"format":"relative-json-pointer"}])~",
       R"~([false, [{"desc": "Does not match format 'relative-json-pointer'", "error": "(Root): Does not match form)~"
       R"~(at 'relative-json-pointer'", "field": "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"0#/a\"",{"format":"relative-json-pointer"}])~",
       R"~([false, [{"desc": "Does not match format 'relative-json-pointer'", "error": "(Root): Does not match form)~"
       R"~(at 'relative-json-pointer'", "field": "(Root)", "type": "format"}]])~"},
      {"json.match_schema", R"~(["\"x\"",{"format":"nope"}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"é\"",{"format":"iri-reference"}])~", R"~([true, []])~"},
  };
  check_cases(kCases);
}

TEST_CASE("JSON schemas: arrays", "[schema]") {
  constexpr Case kCases[] = {
      {"json.match_schema", R"~([[1,2],{"items":{"type":"integer"}}])~", R"~([true, []])~"},
      {"json.match_schema", R"~([[1,"x","y"],{"items":{"type":"integer"}}])~",
       R"~([false, [{"desc": "Invalid type. Expected: integer, given: string", "error": "1: Invalid type. Expected:)~"
       R"~( integer, given: string", "field": "1", "type": "invalid_type"}, {"desc": "Invalid type. Expected: integ)~"
       R"~(er, given: string", "error": "2: Invalid type. Expected: integer, given: string", "field": "2", "type": )~"
       R"~("invalid_type"}]])~"},
      {"json.match_schema", R"~([[1],{"items":[{"type":"integer"},{"type":"string"}],"additionalItems":false}])~",
       R"~([true, []])~"},
      {"json.match_schema", R"~([[1,"a",2],{"items":[{"type":"integer"},{"type":"string"}],"additionalItems":fals)~"
       R"~(e}])~",
       R"~([false, [{"desc": "No additional items allowed on array", "error": "(Root): No additional items allowed )~"
       R"~(on array", "field": "(Root)", "type": "array_no_additional_items"}]])~"},
      {"json.match_schema", R"~([["a",1],{"items":[{"type":"integer"},{"type":"string"}],"additionalItems":false})~"
       R"~(])~",
       R"~([false, [{"desc": "Invalid type. Expected: integer, given: string", "error": "0: Invalid type. Expected:)~"
       R"~( integer, given: string", "field": "0", "type": "invalid_type"}, {"desc": "Invalid type. Expected: strin)~"
       R"~(g, given: integer", "error": "1: Invalid type. Expected: string, given: integer", "field": "1", "type": )~"
       R"~("invalid_type"}]])~"},
      {"json.match_schema", R"~([[1,"a",2],{"items":[{"type":"integer"}],"additionalItems":{"type":"string"}}])~",
       R"~([false, [{"desc": "Invalid type. Expected: string, given: integer", "error": "2: Invalid type. Expected:)~"
       R"~( string, given: integer", "field": "2", "type": "invalid_type"}]])~"},
      {"json.match_schema", R"~([[1],{"items":[],"additionalItems":false}])~", R"~([true, []])~"},
      {"json.match_schema", R"~([[],{"minItems":1,"maxItems":2}])~",
       R"~([false, [{"desc": "Array must have at least 1 items", "error": "(Root): Array must have at least 1 items)~"
       R"~(", "field": "(Root)", "type": "array_min_items"}]])~"},
      {"json.match_schema", R"~([[1,2,3],{"minItems":1,"maxItems":2}])~",
       R"~([false, [{"desc": "Array must have at most 2 items", "error": "(Root): Array must have at most 2 items",)~"
       R"~( "field": "(Root)", "type": "array_max_items"}]])~"},
      {"json.match_schema", R"~([[1,2],{"uniqueItems":true}])~", R"~([true, []])~"},
      {"json.match_schema", R"~([[1,"1",1],{"uniqueItems":true}])~",
       R"~([false, [{"desc": "array items[0,2] must be unique", "error": "(Root): array items[0,2] must be unique",)~"
       R"~( "field": "(Root)", "type": "unique"}]])~"},
      {"json.match_schema", R"~([[{"a":1,"b":2},{"b":2,"a":1}],{"uniqueItems":true}])~",
       R"~([false, [{"desc": "array items[0,1] must be unique", "error": "(Root): array items[0,1] must be unique",)~"
       R"~( "field": "(Root)", "type": "unique"}]])~"},
      {"json.match_schema", R"~(["[1,1.0,1e0]",{"uniqueItems":true}])~",
       R"~([false, [{"desc": "array items[0,1] must be unique", "error": "(Root): array items[0,1] must be unique",)~"
       R"~( "field": "(Root)", "type": "unique"}, {"desc": "array items[1,2] must be unique", "error": "(Root): arr)~"
       R"~(ay items[1,2] must be unique", "field": "(Root)", "type": "unique"}]])~"},
      {"json.match_schema", R"~([[1,"a"],{"contains":{"type":"string"}}])~", R"~([true, []])~"},
      {"json.match_schema", R"~([[1,null],{"contains":{"type":"string"}}])~",
       R"~([false, [{"desc": "At least one of the items must match", "error": "(Root): At least one of the items mu)~"
       R"~(st match", "field": "(Root)", "type": "contains"}, {"desc": "Invalid type. Expected: string, given: inte)~"
       R"~(ger", "error": "0: Invalid type. Expected: string, given: integer", "field": "0", "type": "invalid_type")~"
       R"~(}]])~"},
      {"json.match_schema", R"~([[],{"contains":{"type":"string"}}])~",
       R"~([false, [{"desc": "At least one of the items must match", "error": "(Root): At least one of the items mu)~"
       R"~(st match", "field": "(Root)", "type": "contains"}]])~"},
      {"json.match_schema", R"~([[1],{"$schema":"http://json-schema.org/draft-04/schema#","contains":{"type":"str)~"
       R"~(ing"}}])~",
       R"~([true, []])~"},
  };
  check_cases(kCases);
}

TEST_CASE("JSON schemas: objects", "[schema]") {
  constexpr Case kCases[] = {
      {"json.match_schema", R"~([{},{"required":["a","b"],"minProperties":1,"maxProperties":2}])~",
       R"~([false, [{"desc": "Must have at least 1 properties", "error": "(Root): Must have at least 1 properties",)~"
       R"~( "field": "(Root)", "type": "array_min_properties"}, {"desc": "a is required", "error": "(Root): a is re)~"
       R"~(quired", "field": "(Root)", "type": "required"}, {"desc": "b is required", "error": "(Root): b is requir)~"
       R"~(ed", "field": "(Root)", "type": "required"}]])~"},
      {"json.match_schema", R"~([{"a":1},{"required":["a","b"],"minProperties":1,"maxProperties":2}])~",
       R"~([false, [{"desc": "b is required", "error": "(Root): b is required", "field": "(Root)", "type": "require)~"
       R"~(d"}]])~"},
      {"json.match_schema", R"~([{"a":1,"b":2,"c":3},{"required":["a","b"],"minProperties":1,"maxProperties":2}])~",
       R"~([false, [{"desc": "Must have at most 2 properties", "error": "(Root): Must have at most 2 properties", ")~"
       R"~(field": "(Root)", "type": "array_max_properties"}]])~"},
      {"json.match_schema", R"~([{"a":1,"b":2},{"properties":{"a":{"type":"string"}},"additionalProperties":false)~"
       R"~(}])~",
       R"~([false, [{"desc": "Additional property b is not allowed", "error": "(Root): Additional property b is not)~"
       R"~( allowed", "field": "(Root)", "type": "additional_property_not_allowed"}, {"desc": "Invalid type. Expect)~"
       R"~(ed: string, given: integer", "error": "a: Invalid type. Expected: string, given: integer", "field": "a",)~"
       R"~( "type": "invalid_type"}]])~"},
      {"json.match_schema", R"~([{"x1":1,"y":"a"},{"patternProperties":{"^x":{"type":"string"}},"additionalProper)~"
       R"~(ties":{"type":"integer"}}])~",
       R"~([false, [{"desc": "Invalid type. Expected: string, given: integer", "error": "x1: Invalid type. Expected)~"
       R"~(: string, given: integer", "field": "x1", "type": "invalid_type"}, {"desc": "Invalid type. Expected: int)~"
       R"~(eger, given: string", "error": "y: Invalid type. Expected: integer, given: string", "field": "y", "type")~"
       R"~(: "invalid_type"}]])~"},
      {"json.match_schema", R"~([{"ab":1,"c":2},{"propertyNames":{"maxLength":1}}])~",
       R"~([false, [{"desc": "Property name of \"ab\" does not match", "error": "(Root): Property name of \"ab\" do)~"
       R"~(es not match", "field": "(Root)", "type": "invalid_property_name"}, {"desc": "String length must be less)~"
       R"~( than or equal to 1", "error": "(Root): String length must be less than or equal to 1", "field": "(Root))~"
       R"~(", "type": "string_lte"}]])~"},
      {"json.match_schema", R"~([{"a":1},{"dependencies":{"a":["b","c"],"d":{"required":["e"]}}}])~",
       R"~([false, [{"desc": "Has a dependency on b", "error": "(Root): Has a dependency on b", "field": "(Root)", )~"
       R"~("type": "missing_dependency"}, {"desc": "Has a dependency on c", "error": "(Root): Has a dependency on c)~"
       R"~(", "field": "(Root)", "type": "missing_dependency"}]])~"},
      {"json.match_schema", R"~([{"d":1},{"dependencies":{"a":["b","c"],"d":{"required":["e"]}}}])~",
       R"~([false, [{"desc": "e is required", "error": "(Root): e is required", "field": "(Root)", "type": "require)~"
       R"~(d"}]])~"},
      {"json.match_schema", R"~([{"a":{"b":[null,1]}},{"properties":{"a":{"properties":{"b":{"items":{"type":"nul)~"
       R"~(l"}}}}}}])~",
       R"~([false, [{"desc": "Invalid type. Expected: null, given: integer", "error": "a.b.1: Invalid type. Expecte)~"
       R"~(d: null, given: integer", "field": "a.b.1", "type": "invalid_type"}]])~"},
  };
  check_cases(kCases);
}

TEST_CASE("JSON schemas: any value", "[schema]") {
  constexpr Case kCases[] = {
      {"json.match_schema", R"~([{"a":[1,"<"]},{"const":{"a":[1,"<"]}}])~", R"~([true, []])~"},
      {"json.match_schema", R"~([{"a":[1,">"]},{"const":{"a":[1,"<"]}}])~",
       R"~([false, [{"desc": "(Root) does not match: {\"a\":[1,\"\\u003c\"]}", "error": "(Root): (Root) does not ma)~"
       R"~(tch: {\"a\":[1,\"\\u003c\"]}", "field": "(Root)", "type": "const"}]])~"},
      {"json.match_schema", R"~(["1.0",{"const":1}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["{\"a\":1e21}","{\"properties\":{\"a\":{\"enum\":[1.50,1e-7,1e20,\"é\",null,{\"b)~"
       R"~(\":1,\"a\":2}]}}}"])~",
       R"~([false, [{"desc": "a must be one of the following: 1.5, 1e-7, 100000000000000000000, \"é\", null, {\"a\")~"
       R"~(:2,\"b\":1}", "error": "a: a must be one of the following: 1.5, 1e-7, 100000000000000000000, \"é\", null)~"
       R"~(, {\"a\":2,\"b\":1}", "field": "a", "type": "enum"}]])~"},
      {"json.match_schema", R"~(["1",{"enum":[]}])~",
       R"~([false, [{"desc": "(Root) must be one of the following: ", "error": "(Root): (Root) must be one of the f)~"
       R"~(ollowing: ", "field": "(Root)", "type": "enum"}]])~"},
      {"json.match_schema", R"~(["\"a\"",{"enum":[1,"a"]}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"b\"",{"enum":[1,"a"]}])~",
       R"~([false, [{"desc": "(Root) must be one of the following: 1, \"a\"", "error": "(Root): (Root) must be one )~"
       R"~(of the following: 1, \"a\"", "field": "(Root)", "type": "enum"}]])~"},
  };
  check_cases(kCases);
}

TEST_CASE("JSON schemas: combined schemas", "[schema]") {
  constexpr Case kCases[] = {
      {"json.match_schema", R"~(["\"a\"",{"anyOf":[{"type":"string","minLength":2},{"type":"integer"}]}])~",
       R"~([false, [{"desc": "Must validate at least one schema (anyOf)", "error": "(Root): Must validate at least )~"
       R"~(one schema (anyOf)", "field": "(Root)", "type": "number_any_of"}, {"desc": "String length must be greate)~"
       R"~(r than or equal to 2", "error": "(Root): String length must be greater than or equal to 2", "field": "(R)~"
       R"~(oot)", "type": "string_gte"}]])~"},
      {"json.match_schema", R"~(["\"ab\"",{"anyOf":[{"type":"string","minLength":2},{"type":"integer"}]}])~",
       R"~([true, []])~"},
      {"json.match_schema", R"~(["1",{"anyOf":[{"type":"string","minLength":2},{"type":"integer"}]}])~",
       R"~([true, []])~"},
      {"json.match_schema", R"~(["1.5",{"anyOf":[{"type":"string","minLength":2},{"type":"integer"}]}])~",
       R"~([false, [{"desc": "Must validate at least one schema (anyOf)", "error": "(Root): Must validate at least )~"
       R"~(one schema (anyOf)", "field": "(Root)", "type": "number_any_of"}, {"desc": "Invalid type. Expected: stri)~"
       R"~(ng, given: number", "error": "(Root): Invalid type. Expected: string, given: number", "field": "(Root)",)~"
       R"~( "type": "invalid_type"}]])~"},
      {"json.match_schema", R"~(["3",{"oneOf":[{"minimum":2},{"multipleOf":3}]}])~",
       R"~([false, [{"desc": "Must validate one and only one schema (oneOf)", "error": "(Root): Must validate one a)~"
       R"~(nd only one schema (oneOf)", "field": "(Root)", "type": "number_one_of"}]])~"},
      {"json.match_schema", R"~(["2",{"oneOf":[{"minimum":2},{"multipleOf":3}]}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["1",{"oneOf":[{"minimum":2},{"multipleOf":3}]}])~",
       R"~([false, [{"desc": "Must validate one and only one schema (oneOf)", "error": "(Root): Must validate one a)~"
       R"~(nd only one schema (oneOf)", "field": "(Root)", "type": "number_one_of"}, {"desc": "Must be greater than)~"
       R"~( or equal to 2", "error": "(Root): Must be greater than or equal to 2", "field": "(Root)", "type": "numb)~"
       R"~(er_gte"}]])~"},
      {"json.match_schema", R"~(["3",{"allOf":[{"minimum":2},{"multipleOf":3}]}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["2",{"allOf":[{"minimum":2},{"multipleOf":3}]}])~",
       R"~([false, [{"desc": "Must be a multiple of 3", "error": "(Root): Must be a multiple of 3", "field": "(Root)~"
       R"~()", "type": "multiple_of"}, {"desc": "Must validate all the schemas (allOf)", "error": "(Root): Must val)~"
       R"~(idate all the schemas (allOf)", "field": "(Root)", "type": "number_all_of"}]])~"},
      {"json.match_schema", R"~(["1",{"allOf":[{"minimum":2},{"multipleOf":3}]}])~",
       R"~([false, [{"desc": "Must be greater than or equal to 2", "error": "(Root): Must be greater than or equal )~"
       R"~(to 2", "field": "(Root)", "type": "number_gte"}, {"desc": "Must be a multiple of 3", "error": "(Root): M)~"
       R"~(ust be a multiple of 3", "field": "(Root)", "type": "multiple_of"}, {"desc": "Must validate all the sche)~"
       R"~(mas (allOf)", "error": "(Root): Must validate all the schemas (allOf)", "field": "(Root)", "type": "numb)~"
       R"~(er_all_of"}]])~"},
      {"json.match_schema", R"~(["\"a\"",{"not":{"type":"string"}}])~",
       R"~([false, [{"desc": "Must not validate the schema (not)", "error": "(Root): Must not validate the schema ()~"
       R"~(not)", "field": "(Root)", "type": "number_not"}]])~"},
      {"json.match_schema", R"~(["1",{"not":{"type":"string"}}])~", R"~([true, []])~"},
      {"json.match_schema", R"~(["\"a\"",{"if":{"type":"string"},"then":{"minLength":2},"else":{"minimum":2}}])~",
       R"~([false, [{"desc": "Must validate \"then\" as \"if\" was valid", "error": "(Root): Must validate \"then\")~"
       R"~( as \"if\" was valid", "field": "(Root)", "type": "condition_then"}, {"desc": "String length must be gre)~"
       R"~(ater than or equal to 2", "error": "(Root): String length must be greater than or equal to 2", "field": )~"
       R"~("(Root)", "type": "string_gte"}]])~"},
      {"json.match_schema", R"~(["\"ab\"",{"if":{"type":"string"},"then":{"minLength":2},"else":{"minimum":2}}])~",
       R"~([true, []])~"},
      {"json.match_schema", R"~(["1",{"if":{"type":"string"},"then":{"minLength":2},"else":{"minimum":2}}])~",
       R"~([false, [{"desc": "Must validate \"else\" as \"if\" was not valid", "error": "(Root): Must validate \"el)~"
       R"~(se\" as \"if\" was not valid", "field": "(Root)", "type": "condition_else"}, {"desc": "Must be greater t)~"
       R"~(han or equal to 2", "error": "(Root): Must be greater than or equal to 2", "field": "(Root)", "type": "n)~"
       R"~(umber_gte"}]])~"},
      {"json.match_schema", R"~(["2",{"if":{"type":"string"},"then":{"minLength":2},"else":{"minimum":2}}])~",
       R"~([true, []])~"},
      {"json.match_schema", R"~(["1",{"$schema":"http://json-schema.org/draft-06/schema#","if":true,"then":false})~"
       R"~(])~",
       R"~([true, []])~"},
      {"json.match_schema", R"~([{"a":1,"b":1},{"properties":{"a":false,"b":true}}])~",
       R"~([false, [{"desc": "False always fails validation", "error": "a: False always fails validation", "field":)~"
       R"~( "a", "type": "false"}]])~"},
  };
  check_cases(kCases);
}

TEST_CASE("JSON schemas: references", "[schema]") {
  constexpr Case kCases[] = {
      {"json.match_schema", R"~(["1",{"$ref":"#/definitions/p","definitions":{"p":{"type":"string"}}}])~",
       R"~([false, [{"desc": "Invalid type. Expected: string, given: integer", "error": "(Root): Invalid type. Expe)~"
       R"~(cted: string, given: integer", "field": "(Root)", "type": "invalid_type"}]])~"},
      {"json.match_schema", R"~([{"c":{"c":{"d":1}}},{"properties":{"c":{"$ref":"#"}},"additionalProperties":fals)~"
       R"~(e}])~",
       R"~([false, [{"desc": "Additional property d is not allowed", "error": "c.c: Additional property d is not al)~"
       R"~(lowed", "field": "c.c", "type": "additional_property_not_allowed"}]])~"},
      {"json.match_schema", R"~([[1],{"$id":"http://x.com/root.json","items":{"$ref":"item.json"},"definitions":{)~"
       R"~("a":{"$id":"item.json","type":"string"}}}])~",
       R"~([false, [{"desc": "Invalid type. Expected: string, given: integer", "error": "0: Invalid type. Expected:)~"
       R"~( string, given: integer", "field": "0", "type": "invalid_type"}]])~"},
      {"json.match_schema", R"~(["1",{"$ref":"#foo","definitions":{"a":{"$id":"#foo","type":"string"}}}])~",
       R"~([false, [{"desc": "Invalid type. Expected: string, given: integer", "error": "(Root): Invalid type. Expe)~"
       R"~(cted: string, given: integer", "field": "(Root)", "type": "invalid_type"}]])~"},
      {"json.match_schema", R"~([[1],{"items":{"$ref":"#foo"},"type":"array"}])~",
       R"~([false, [{"desc": "Invalid type. Expected: array, given: integer", "error": "0: Invalid type. Expected: )~"
       R"~(array, given: integer", "field": "0", "type": "invalid_type"}]])~"},
      {"json.match_schema", R"~([{"type":5},{"$ref":"http://json-schema.org/draft-07/schema#"}])~",
       R"~([false, [{"desc": "Must validate at least one schema (anyOf)", "error": "type: Must validate at least on)~"
       R"~(e schema (anyOf)", "field": "type", "type": "number_any_of"}, {"desc": "type must be one of the followin)~"
       R"~(g: \"array\", \"boolean\", \"integer\", \"null\", \"number\", \"object\", \"string\"", "error": "type: t)~"
       R"~(ype must be one of the following: \"array\", \"boolean\", \"integer\", \"null\", \"number\", \"object\",)~"
       R"~( \"string\"", "field": "type", "type": "enum"}]])~"},
      {"json.match_schema", R"~([{"minimum":1},{"$ref":"http://json-schema.org/draft-07/schema#"}])~",
       R"~([true, []])~"},
      {"json.match_schema", R"~([{"a":1},{"properties":{"a":{"$ref":"#/definitions/a~1b%25"}},"definitions":{"a/b)~"
       R"~(%":{"type":"null"}}}])~",
       R"~([false, [{"desc": "Invalid type. Expected: null, given: integer", "error": "a: Invalid type. Expected: n)~"
       R"~(ull, given: integer", "field": "a", "type": "invalid_type"}]])~"},
      {"json.verify_schema", R"~([{"$ref":"#/nope"}])~", R"~([false, "jsonschema: Object has no key 'nope'"])~"},
      {"json.verify_schema", R"~([{"$ref":"#/definitions/0","definitions":[]}])~",
       R"~([false, "jsonschema: Invalid type. Expected: Array Of Schemas, given: definitions"])~"},
      {"json.verify_schema", R"~([{"$ref":"#/items/7","items":[{}]}])~",
       R"~([false, "jsonschema: Out of bound array[0,1] index '7'"])~"},
      {"json.verify_schema", R"~([{"$ref":"#/items/x","items":[{}]}])~",
       R"~([false, "jsonschema: Invalid array index 'x'"])~"},
      {"json.verify_schema", R"~([{"$ref":"#/title/x","title":"t"}])~",
       R"~([false, "jsonschema: Invalid token reference 'x'"])~"},
      {"json.verify_schema", R"~([{"$ref":"#/title","title":"t"}])~",
       R"~([false, "jsonschema: Valid Schema must be of type object"])~"},
      {"json.verify_schema", R"~([{"$ref":"other.json"}])~",
       R"~([false, "jsonschema: Reference /other.json must be canonical"])~"},
      {"json.verify_schema", R"~([{"$ref":"%zz"}])~",
       R"~([false, "jsonschema: parse \"%zz\": invalid URL escape \"%zz\""])~"},
      {"json.verify_schema", R"~([{"definitions":{"a":{"$id":"x"},"b":{"$id":"x"}}}])~",
       R"~([false, "jsonschema: Reference already exists: \"/x\""])~"},
      {"json.verify_schema", R"~([{"$ref":"#"}])~", R"~([true, null])~"},
      {"json.verify_schema", R"~([{"$id":5}])~",
       R"~([false, "jsonschema: Invalid type. Expected: string, given: $id"])~"},
      {"json.verify_schema", R"~([{"id":5}])~",
       R"~([false, "jsonschema: Invalid type. Expected: string, given: id"])~"},
      {"json.verify_schema", R"~([{"$ref":5}])~",
       R"~([false, "jsonschema: Invalid type. Expected: string, given: $ref"])~"},
      {"json.verify_schema", R"~([{"$schema":5}])~", R"~([false, "jsonschema: $schema must be of type string"])~"},
      {"json.verify_schema", R"~([{"$schema":"%zz"}])~",
       R"~([false, "jsonschema: parse \"%zz\": invalid URL escape \"%zz\""])~"},
  };
  check_cases(kCases);
}

TEST_CASE("JSON schemas: broken schemas", "[schema]") {
  constexpr Case kCases[] = {
      {"json.verify_schema", R"~([{"type":"x"}])~",
       R"~([false, "jsonschema: has a primitive type that is NOT VALID -- given: /x/ Expected valid values are:[arr)~"
       R"~(ay boolean integer number null object string]"])~"},
      {"json.verify_schema", R"~([{"type":["string","string"]}])~",
       R"~([false, "jsonschema: string type is duplicated"])~"},
      {"json.verify_schema", R"~([{"type":5}])~",
       R"~([false, "jsonschema: Invalid type. Expected: type, given: string/Array Of Strings"])~"},
      {"json.verify_schema", R"~([{"type":[5]}])~",
       R"~([false, "jsonschema: Invalid type. Expected: type, given: string/Array Of Strings"])~"},
      {"json.verify_schema", R"~([{"properties":[]}])~",
       R"~([false, "jsonschema: Properties must be of type object"])~"},
      {"json.verify_schema", R"~([{"properties":{"a":5}}])~",
       R"~([false, "jsonschema: Expected: Valid Schema, given: Invalid JSON"])~"},
      {"json.verify_schema", R"~([{"additionalProperties":5}])~",
       R"~([false, "jsonschema: Invalid type. Expected: boolean/Valid Schema, given: additionalProperties"])~"},
      {"json.verify_schema", R"~([{"patternProperties":[]}])~",
       R"~([false, "jsonschema: Invalid type. Expected: Valid Schema, given: patternProperties"])~"},
      {"json.verify_schema", R"~([{"patternProperties":{"(":{}}}])~",
       R"~([false, "jsonschema: Invalid regex pattern '('"])~"},
      {"json.verify_schema", R"~([{"propertyNames":5}])~",
       R"~([false, "jsonschema: Invalid type. Expected: Valid Schema, given: patternProperties"])~"},
      {"json.verify_schema", R"~([{"dependencies":[]}])~",
       R"~([false, "jsonschema: dependencies must be of type object"])~"},
      {"json.verify_schema", R"~([{"dependencies":{"a":5}}])~",
       R"~([false, "jsonschema: Dependency must be of type Schema Or Array Of Strings"])~"},
      {"json.verify_schema", R"~([{"dependencies":{"a":[5]}}])~",
       R"~([false, "jsonschema: Dependency must be of type Schema Or Array Of Strings"])~"},
      {"json.verify_schema", R"~([{"items":5}])~",
       R"~([false, "jsonschema: Invalid type. Expected: Valid Schema/Array Of Schemas, given: items"])~"},
      {"json.verify_schema", R"~([{"items":[5]}])~",
       R"~([false, "jsonschema: Invalid type. Expected: Valid Schema/Array Of Schemas, given: items"])~"},
      {"json.verify_schema", R"~([{"additionalItems":5}])~",
       R"~([false, "jsonschema: Invalid type. Expected: boolean/Valid Schema, given: additionalItems"])~"},
      {"json.verify_schema", R"~([{"multipleOf":"x"}])~",
       R"~([false, "jsonschema: Invalid type. Expected: Number, given: multipleOf"])~"},
      {"json.verify_schema", R"~([{"multipleOf":0}])~",
       R"~([false, "jsonschema: multipleOf must be strictly greater than 0"])~"},
      {"json.verify_schema", R"~([{"minimum":"x"}])~", R"~([false, "jsonschema: minimum must be of a Number"])~"},
      {"json.verify_schema", R"~([{"exclusiveMinimum":"x"}])~",
       R"~([false, "jsonschema: Invalid type. Expected: boolean/number, given: exclusiveMinimum"])~"},
      {"json.verify_schema", R"~([{"exclusiveMinimum":true}])~",
       R"~([false, "jsonschema: exclusiveMinimum cannot be used without minimum"])~"},
      {"json.verify_schema", R"~([{"$schema":"http://json-schema.org/draft-04/schema#","exclusiveMinimum":5}])~",
       R"~([false, "jsonschema: Invalid type. Expected: boolean, given: exclusiveMinimum"])~"},
      {"json.verify_schema", R"~([{"$schema":"http://json-schema.org/draft-04/schema#","exclusiveMaximum":true}])~",
       R"~([false, "jsonschema: exclusiveMaximum cannot be used without maximum"])~"},
      {"json.verify_schema", R"~([{"$schema":"http://json-schema.org/draft-06/schema#","exclusiveMaximum":true}])~",
       R"~([false, "jsonschema: Invalid type. Expected: number, given: exclusiveMaximum"])~"},
      {"json.verify_schema", R"~([{"minLength":1.5}])~",
       R"~([false, "jsonschema: minLength must be of an integer"])~"},
      {"json.verify_schema", R"~([{"minLength":-1}])~",
       R"~([false, "jsonschema: minLength must be greater than or equal to 0"])~"},
      {"json.verify_schema", R"~([{"minLength":2,"maxLength":1}])~",
       R"~([false, "jsonschema: minLength cannot be greater than maxLength"])~"},
      {"json.verify_schema", R"~([{"maxLength":"x"}])~",
       R"~([false, "jsonschema: maxLength must be of an integer"])~"},
      {"json.verify_schema", R"~([{"pattern":5}])~",
       R"~([false, "jsonschema: Invalid type. Expected: string, given: pattern"])~"},
      {"json.verify_schema", R"~([{"pattern":"("}])~", R"~([false, "jsonschema: pattern must be a valid regex"])~"},
      {"json.verify_schema", R"~([{"format":5}])~",
       R"~([false, "jsonschema: Invalid type. Expected: string, given: format"])~"},
      {"json.verify_schema", R"~([{"minProperties":2,"maxProperties":1}])~",
       R"~([false, "jsonschema: minProperties cannot be greater than maxProperties"])~"},
      {"json.verify_schema", R"~([{"maxProperties":-1}])~",
       R"~([false, "jsonschema: maxProperties must be greater than or equal to 0"])~"},
      {"json.verify_schema", R"~([{"required":5}])~", R"~([false, "jsonschema: required must be of an array"])~"},
      {"json.verify_schema", R"~([{"required":[5]}])~",
       R"~([false, "jsonschema: Invalid type. Expected: string, given: required"])~"},
      {"json.verify_schema", R"~([{"required":["a","a"]}])~",
       R"~([false, "jsonschema: required items must be unique"])~"},
      {"json.verify_schema", R"~([{"minItems":"x"}])~", R"~([false, "jsonschema: minItems must be of an integer"])~"},
      {"json.verify_schema", R"~([{"maxItems":-1}])~",
       R"~([false, "jsonschema: maxItems must be greater than or equal to 0"])~"},
      {"json.verify_schema", R"~([{"minItems":2,"maxItems":1}])~", R"~([true, null])~"},
      {"json.verify_schema", R"~([{"uniqueItems":5}])~",
       R"~([false, "jsonschema: uniqueItems must be of a boolean"])~"},
      {"json.verify_schema", R"~([{"contains":5}])~",
       R"~([false, "jsonschema: Expected: Valid Schema, given: Invalid JSON"])~"},
      {"json.verify_schema", R"~([{"enum":5}])~", R"~([false, "jsonschema: enum must be of an array"])~"},
      {"json.verify_schema", R"~([{"enum":[1,1]}])~", R"~([false, "jsonschema: enum items must be unique"])~"},
      {"json.verify_schema", R"~([{"oneOf":5}])~", R"~([false, "jsonschema: oneOf must be of an array"])~"},
      {"json.verify_schema", R"~([{"anyOf":[5]}])~",
       R"~([false, "jsonschema: Expected: Valid Schema, given: Invalid JSON"])~"},
      {"json.verify_schema", R"~([{"not":5}])~", R"~([false, "jsonschema: not must be of an object"])~"},
      {"json.verify_schema", R"~([{"if":5}])~", R"~([false, "jsonschema: if must be of an object"])~"},
      {"json.verify_schema", R"~([{"then":5}])~", R"~([false, "jsonschema: then must be of an object"])~"},
      {"json.verify_schema", R"~([{"else":5}])~", R"~([false, "jsonschema: else must be of an object"])~"},
      {"json.verify_schema", R"~([{"definitions":5}])~",
       R"~([false, "jsonschema: Invalid type. Expected: Array Of Schemas, given: definitions"])~"},
      {"json.verify_schema", R"~([{"definitions":{"a":5}}])~",
       R"~([false, "jsonschema: Invalid type. Expected: Array Of Schemas, given: definitions"])~"},
      {"json.verify_schema", R"~([{"title":5}])~",
       R"~([false, "jsonschema: Invalid type. Expected: string, given: title"])~"},
      {"json.verify_schema", R"~([{"description":5}])~",
       R"~([false, "jsonschema: Invalid type. Expected: string, given: description"])~"},
      {"json.verify_schema", R"~([{"$schema":"http://json-schema.org/draft-04/schema#","items":true}])~",
       R"~([false, "jsonschema: Expected: Valid Schema, given: Invalid JSON"])~"},
      {"json.verify_schema", R"~([{"$schema":"http://json-schema.org/draft-04/schema#","additionalProperties":tru)~"
       R"~(e}])~",
       R"~([true, null])~"},
      {"json.verify_schema", R"~(["{\"minLength\":2.0}"])~",
       R"~([false, "jsonschema: minLength must be of an integer"])~"},
      {"json.verify_schema", R"~(["{\"enum\":[1e400]}"])~",
       R"~([false, "jsonschema: json: cannot unmarshal number 1e400 into Go value of type float64"])~"},
      {"json.verify_schema", R"~(["{\"enum\":[1,1.0]}"])~", R"~([false, "jsonschema: enum items must be unique"])~"},
  };
  check_cases(kCases);
}

}  // namespace
}  // namespace writ
