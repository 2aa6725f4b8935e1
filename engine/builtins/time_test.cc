// The expected answers are those of OPA v1.22.4.
#include "engine/builtins/test_support.h"
#include "engine/builtins/time_calendar.h"

namespace writ {
namespace {

using test::Case;
using test::check_cases;
using test::run;

TEST_CASE("times and durations as Go reads and writes them") {
  constexpr Case kCases[] = {
      {"time.parse_duration_ns", R"~(["1w2d3h"])~", R"~(788400000000000)~"},
      {"time.parse_duration_ns", R"~(["1x"])~",
       R"(eval_builtin_error: time.parse_duration_ns: time: unknown unit "x" in duration "1x")"},
      {"time.format", R"~([[0,"Asia/Tehran"]])~", R"~("1970-01-01T03:30:00+03:30")~"},
      {"time.format", R"~([[0,"America/St_Johns","Jan _2 2006"]])~", R"~("Dec 31 1969")~"},
      {"time.format", R"~([[0,"UTC","002 06"]])~", R"~("001 70")~"},
      {"time.date", R"~([[1670006453141828752,""]])~", "[2022, 12, 2]"},
      {"time.clock", R"~([[1670006453141828752,""]])~", "[18, 40, 53]"},
      {"time.clock", R"~([[1670006453141828752,"Asia/Kolkata"]])~", "[0, 10, 53]"},
      {"time.format", R"~([[1670006453141828752,"UTC","ANSIC"]])~", R"~("Fri Dec  2 18:40:53 2022")~"},
      {"time.format", R"~([[1670006453141828752,"UTC","1/2/06 03"]])~", R"~("12/2/22 06")~"},
      {"time.format", R"~([[-1,"Asia/Kolkata"]])~", R"~("1970-01-01T05:29:59.999999999+05:30")~"},
      {"time.date", R"~([[-1,"Local"]])~", "[1969, 12, 31]"},
      {"time.format", R"~([[-1,"UTC","-07"]])~", R"~("+00")~"},
      {"time.format", R"~([[-1,"UTC","_2006"]])~", R"~("_1969")~"},
      {"time.format", R"~([[-9223372036854775808,"UTC","UnixDate"]])~", R"~("Tue Sep 21 00:12:43 UTC 1677")~"},
      {"time.format", R"~([[-9223372036854775808,"UTC","05.999"]])~", R"~("43.145")~"},
      {"time.format", R"~([[-9223372036854775808,"America/St_Johns","-0700"]])~", R"~("-0330")~"},
      {"time.format", R"~([[-9223372036854775808,"America/St_Johns","Z07:00:00"]])~", R"~("-03:30:52")~"},
      {"time.format", R"~([[-9223372036854775808,"America/St_Johns",",000 4"]])~", R"~(",145 41")~"},
      {"time.format", R"~([9223372036854775807])~", R"~("2262-04-11T23:47:16.854775807Z")~"},
      {"time.format", R"~([[9223372036854775807,"UTC","RFC822"]])~", R"~("11 Apr 62 23:47 UTC")~"},
      {"time.format", R"~([[9223372036854775807,"UTC","3:04PM"]])~", R"~("11:47PM")~"},
      {"time.format", R"~([[9223372036854775807,"America/St_Johns","3:4:5 pm"]])~", R"~("9:17:16 pm")~"},
      {"time.format", R"~([[1717243200000000000,"Europe/London"]])~", R"~("2024-06-01T13:00:00+01:00")~"},
      {"time.format", R"~([[1717243200000000000,"UTC","RFC3339Nano"]])~", R"~("2024-06-01T12:00:00Z")~"},
      {"time.format", R"~([[1717243200000000000,"UTC","-07:00:00"]])~", R"~("+00:00:00")~"},
      {"time.date", R"~([[4102444800000000000,"America/New_York"]])~", "[2099, 12, 31]"},
      {"time.weekday", R"~([[4102444800000000000,"UTC"]])~", R"~("Friday")~"},
      {"time.date", R"~([[1e+18,"America/New_York"]])~", "[2001, 9, 8]"},
      {"time.weekday", R"~([[1e+18,"Asia/Kolkata"]])~", R"~("Sunday")~"},
      {"time.weekday", R"~([[1e+18,"Africa/Casablanca"]])~", R"~("Sunday")~"},
      {"time.format", R"~([[1e+18,"America/St_Johns","2006-01-02"]])~", R"~("2001-09-08")~"},
      {"time.format", R"~([[1e+18,"America/St_Johns","Monday January 2"]])~", R"~("Saturday September 8")~"},
      {"time.format", R"~([[1e+18,"UTC","05.999"]])~", R"~("40")~"},
      {"time.format", R"~([[1234567890.5,"Asia/Kolkata"]])~", "eval_builtin_error: time.format: timestamp too big"},
      {"time.format", R"~([[1234567890.5,"Pacific/Apia"]])~", "eval_builtin_error: time.format: timestamp too big"},
      {"time.date", R"~([[1234567890.5,""]])~", "eval_builtin_error: time.date: timestamp too big"},
      {"time.date", R"~([[1234567890.5,"Local"]])~", "eval_builtin_error: time.date: timestamp too big"},
      {"time.date", R"~([[1234567890.5,"Asia/Tehran"]])~", "eval_builtin_error: time.date: timestamp too big"},
      {"time.clock", R"~([[1234567890.5,"Australia/Lord_Howe"]])~",
       "eval_builtin_error: time.clock: timestamp too big"},
      {"time.format", R"~([[1234567890.5,"UTC","RFC822"]])~", "eval_builtin_error: time.format: timestamp too big"},
      {"time.format", R"~([[1234567890.5,"America/St_Johns","RFC3339"]])~",
       "eval_builtin_error: time.format: timestamp too big"},
      {"time.format", R"~([[1234567890.5,"UTC","05.999"]])~", "eval_builtin_error: time.format: timestamp too big"},
      {"time.format", R"~([[1234567890.5,"UTC","-07"]])~", "eval_builtin_error: time.format: timestamp too big"},
      {"time.date", R"~([[1e+19,"Asia/Kolkata"]])~", "eval_builtin_error: time.date: timestamp too big"},
      {"time.date", R"~([[1e+19,"America/New_York"]])~", "eval_builtin_error: time.date: timestamp too big"},
      {"time.weekday", R"~([[1e+19,"America/St_Johns"]])~", "eval_builtin_error: time.weekday: timestamp too big"},
      {"time.format", R"~([[1e+19,"America/St_Johns","RFC822Z"]])~",
       "eval_builtin_error: time.format: timestamp too big"},
      {"time.format", R"~([[1e+19,"America/St_Johns","ANSIC"]])~",
       "eval_builtin_error: time.format: timestamp too big"},
      {"time.format", R"~([[1e+19,"America/St_Johns","Jan _2 2006"]])~",
       "eval_builtin_error: time.format: timestamp too big"},
      {"time.format", R"~([[1e+19,"America/St_Johns","-0700"]])~",
       "eval_builtin_error: time.format: timestamp too big"},
      {"time.format", R"~([[1e+19,"UTC","-07:00:00"]])~", "eval_builtin_error: time.format: timestamp too big"},
      {"time.format", R"~([[1e+19,"America/St_Johns","-070000"]])~",
       "eval_builtin_error: time.format: timestamp too big"},
      {"time.format", R"~([[1e+19,"America/St_Johns",",000 4"]])~",
       "eval_builtin_error: time.format: timestamp too big"},
      {"time.format", R"~([[1909005408000000000,"Europe/Berlin","UnixDate"]])~",
       R"~("Sun Jun 30 01:16:48 CEST 2030")~"},
      {"time.format", R"~([[2114352072000000000,"Europe/Berlin","UnixDate"]])~", R"~("Wed Dec 31 17:01:12 CET 2036")~"},
      {"time.format", R"~([[3013498728000000000,"Asia/Tokyo","UnixDate"]])~", R"~("Mon Jun 29 19:58:48 JST 2065")~"},
      {"time.format", R"~([[3021274728000000000,"Europe/Berlin","UnixDate"]])~",
       R"~("Sun Sep 27 12:58:48 CEST 2065")~"},
      {"time.format", R"~([[3242173392000000000,"Europe/Berlin","UnixDate"]])~",
       R"~("Tue Sep 27 05:43:12 CEST 2072")~"},
      {"time.format", R"~([[3439744056000000000,"America/New_York","UnixDate"]])~",
       R"~("Sat Dec 31 15:27:36 EST 2078")~"},
      {"time.format", R"~([[3683970720000000000,"Asia/Tokyo","UnixDate"]])~", R"~("Fri Sep 27 22:12:00 JST 2086")~"},
      {"time.format", R"~([[4117992048000000000,"America/Santiago","UnixDate"]])~",
       R"~("Tue Jun 29 18:40:48 -04 2100")~"},
      {"time.format", R"~([[4993810704000000000,"America/New_York","UnixDate"]])~",
       R"~("Wed Mar 31 13:38:24 EDT 2128")~"},
      {"time.format", R"~([[5001586704000000000,"Australia/Sydney","UnixDate"]])~",
       R"~("Wed Jun 30 03:38:24 AEST 2128")~"},
      {"time.format", R"~([[5656506696000000000,"Europe/Berlin","UnixDate"]])~",
       R"~("Mon Mar 31 21:51:36 CEST 2149")~"},
      {"time.format", R"~([[6532325352000000000,"America/Santiago","UnixDate"]])~",
       R"~("Tue Dec 31 11:49:12 -03 2176")~"},
      {"time.format", R"~([[6768776016000000000,"Europe/Berlin","UnixDate"]])~",
       R"~("Tue Jun 29 09:33:36 CEST 2184")~"},
      {"time.format", R"~([[7195021344000000000,"Australia/Sydney","UnixDate"]])~",
       R"~("Mon Jan  1 04:02:24 AEDT 2198")~"},
      {"time.format", R"~([[7873269336000000000,"Europe/Berlin","UnixDate"]])~",
       R"~("Wed Jun 30 21:15:36 CEST 2219")~"},
      {"time.format", R"~([[8101944000000000000,"America/New_York","UnixDate"]])~",
       R"~("Thu Sep 28 08:00:00 EDT 2226")~"},
      {"time.format", R"~([[8299514664000000000,"America/New_York","UnixDate"]])~",
       R"~("Mon Dec 31 23:44:24 EST 2232")~"},
      {"time.format", R"~([[-8787109608000000000,"Australia/Sydney"]])~", R"~("1691-07-19T18:18:04+10:04")~"},
      {"time.format", R"~([[-7745730192000000000,"Europe/Amsterdam"]])~", R"~("1724-07-19T08:36:20+00:19")~"},
      {"time.format", R"~([[-4621591944000000000,"Asia/Kolkata"]])~", R"~("1823-07-20T14:21:04+05:53")~"},
      {"time.format", R"~([[-3927339000000000000,"Asia/Kolkata"]])~", R"~("1845-07-19T22:23:28+05:53")~"},
      {"time.format", R"~([[-2538833112000000000,"America/New_York"]])~", R"~("1889-07-19T03:34:48-05:00")~"},
      {"time.format", R"~([[-1150327224000000000,"Australia/Sydney"]])~", R"~("1933-07-20T10:39:36+10:00")~"},
      {"time.date", R"~([["x"]])~", "eval_type_error: time.date: operand 1 must be number but got string"},
      {"time.date", R"~([[1,"Nope/Zone"]])~", "eval_builtin_error: time.date: unknown time zone Nope/Zone"},
      {"time.date", R"~(["x"])~",
       "eval_type_error: time.date: operand 1 must be either number (ns) or [number (ns), string (tz)] but got string"},
      {"time.format", R"~([{}])~",
       "eval_type_error: time.format: operand 1 must be either number (ns) or [number (ns), string (tz)] but got object"},
      {"time.date", R"~([{}])~",
       "eval_type_error: time.date: operand 1 must be either number (ns) or [number (ns), string (tz)] but got object"},
      {"time.parse_rfc3339_ns", R"~(["2021-12-01T24:00:00Z"])~",
       R"(eval_builtin_error: time.parse_rfc3339_ns: parsing time "2021-12-01T24:00:00Z": hour out of range)"},
      {"time.parse_ns", R"~(["2006-1-2","2021-12-01t23:59:59Z"])~",
       R"(eval_builtin_error: time.parse_ns: parsing time "2021-12-01t23:59:59Z": extra text: "t23:59:59Z")"},
      {"time.parse_ns", R"~(["2006-01-02T15:04:05Z07:00","2021-12-01T23:59:59Zx"])~",
       R"(eval_builtin_error: time.parse_ns: parsing time "2021-12-01T23:59:59Zx": extra text: "x")"},
      {"time.parse_ns", R"~(["-07","+05"])~", "eval_builtin_error: time.parse_ns: time outside of valid range"},
      {"time.add_date", R"~([0,0,0,0])~", R"~(0)~"},
      {"time.diff", R"~([[12770534526964112,"America/New_York"],[106358425788011259,"Africa/Casablanca"]])~",
       "[2, 11, 18, 4, 38, 11]"},
      {"time.diff", R"~([[-2229109132872734618,"Asia/Tehran"],[-2211152930939409409,"Pacific/Apia"]])~",
       "[0, 6, 24, 19, 50, 2]"},
      {"time.diff", R"~([[-3099330385118949055,"UTC"],[-3128757305846629250,"Europe/London"]])~",
       "[0, 11, 6, 14, 8, 40]"},
  };
  check_cases(kCases);
}

TEST_CASE("the fixed extremes of time") {
  constexpr Case kCases[] = {
      {"time.parse_rfc3339_ns", R"(["1677-09-21T00:12:43.145224192-00:00"])", "-9223372036854775808"},
      {"time.parse_rfc3339_ns", R"(["2262-04-11T23:47:16.854775807-00:00"])", "9223372036854775807"},
      {"time.parse_rfc3339_ns", R"(["1677-09-21T00:12:43.145224191-00:00"])",
       "eval_builtin_error: time.parse_rfc3339_ns: time outside of valid range"},
      {"time.parse_rfc3339_ns", R"(["2262-04-11T23:47:16.854775808-00:00"])",
       "eval_builtin_error: time.parse_rfc3339_ns: time outside of valid range"},
      {"time.format", "[9223372036854775807]", R"("2262-04-11T23:47:16.854775807Z")"},
      {"time.date", "[3.0000000000000000001]", "[1970, 1, 1]"},
      {"time.format", "[-3.0000000000000000001]", R"~("1969-12-31T23:59:59.999999997Z")~"},
      {"time.format", "[9223372036854775807.01]", R"~("2262-04-11T23:47:16.854775807Z")~"},
      {"time.format", "[9223372036854775807.5]", "eval_builtin_error: time.format: timestamp too big"},
      {"time.format", "[-9223372036854775808.1]", R"~("1677-09-21T00:12:43.145224192Z")~"},
      {"time.format", "[1e-30]", "eval_builtin_error: time.format: timestamp too big"},
      {"time.add_date", "[3.0000000000000000001, 0, 0, 0]", "3"},
      {"time.diff", "[3.0000000000000000001, 0]", "[0, 0, 0, 0, 0, 0]"},
      {"time.date", "[1582977600000000000000]", "eval_builtin_error: time.date: timestamp too big"},
      {"time.diff", R"([1, "x"])",
       "eval_type_error: time.diff: operand 1 must be either number (ns) or [number (ns), string (tz)] but got string"},
  };
  check_cases(kCases);
}

TEST_CASE("Local is UTC: a decision knows no host") {
  CHECK(run("time.format", R"([[0, "Local", "RFC1123"]])") == R"("Thu, 01 Jan 1970 00:00:00 UTC")");
}

TEST_CASE("a zone's rule goes on after the years that are listed") {
  constexpr Case kCases[] = {
      {"time.format", R"([[4120000000000000000, "Europe/Berlin", "RFC3339"]])", R"("2100-07-23T06:26:40+02:00")"},
      {"time.format", R"([[4102444800000000000, "Europe/Berlin", "RFC3339"]])", R"("2100-01-01T01:00:00+01:00")"},
      {"time.format", R"([[4102444800000000000, "Asia/Tokyo", "RFC3339"]])", R"("2100-01-01T09:00:00+09:00")"},
  };
  check_cases(kCases);
}

TEST_CASE("dates and days agree over four centuries") {
  CivilDate date{1600, 1, 1};
  for (int64_t days = days_from_civil(1600, 1, 1); days < days_from_civil(2001, 1, 1); days++) {
    CivilDate back = civil_from_days(days);
    REQUIRE((back.year == date.year && back.month == date.month && back.day == date.day));
    REQUIRE(days_from_civil(date.year, date.month, date.day) == days);
    if (++date.day > days_in_month(date.year, date.month)) {
      date.day = 1;
      if (++date.month > 12) {
        date.month = 1;
        date.year++;
      }
    }
  }
}

}  // namespace
}  // namespace writ
