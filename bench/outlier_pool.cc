// The values: texts, numbers, collections, each in the sizes at which charges begin and at which they hurt.
//
// A name says how a value is made, so that a row of the table can be repeated by hand. Texts come in three sizes: shorter
// than the first unit of 16 bytes, below the 256 bytes up to which most texts are free, and long. Of collections there are
// those that are free to compare (eight elements), free to sort (sixteen) and large ones, with elements of every kind that
// some built-in wants, and around each of them another collection of its kind.
#include "bench/outlier_pool.h"

namespace writ {

std::string repeated(std::string_view part, size_t times) {
  std::string text;
  for (size_t i = 0; i < times; ++i) text += part;
  return text;
}

OutlierPool::OutlierPool() {
  add_texts();
  add_numbers();
  add("null", Value::null());
  add("true", Value::of(true));
  add_collections();
}

std::vector<NamedValue> OutlierPool::of_kinds(uint16_t kinds) const {
  std::vector<NamedValue> fitting;
  for (const NamedValue& named : values_) {
    if ((kinds >> static_cast<int>(named.value.kind) & 1) != 0) fitting.push_back(named);
  }
  return fitting;
}

void OutlierPool::add_repeated(std::string_view part, size_t times, std::string_view end) {
  std::string name = "'" + std::string(part) + "' x " + std::to_string(times);
  if (!end.empty()) name += " '" + std::string(end) + "'";
  add(name, text(repeated(part, times) + std::string(end)));
}

void OutlierPool::add_texts() {
  for (const char* bytes : {"", "a", "%d", "10.0.0.0/12", "1.2.3", "2006-01-02T15:04:05Z", "2006-01-02T15:04:05.999Z07:00",
                            "1h2m3.5s", "12.5GiB", "https://u:p@example.com:80/a%20b?c=d&e=f#g", "a.b.c", "/a/b/c",
                            "{\"a\": [1, {\"b\": null}]}", "QUJD", "4142", "2001:db8::1", "10.0.0.1",
                            "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "(a|b)*c", "{a,b}*", "UTC", "Europe/Berlin"}) {
    add_text(bytes);
  }
  for (size_t size : {15, 250, 20000}) {
    add_repeated("a", size);
    add_repeated("a", size - 1, "b");
    add_repeated("\xc3\xa9", size / 2);
    add_repeated(" ", size);
    add_repeated("A", size);
  }
  add_repeated("123456", 40);
  add_repeated("123456", 1000);
  add_repeated("[", 400);
  add_repeated("-1", 100);
  add_repeated("1.", 100, "1");
  for (size_t times : {20, 3000}) {
    add("JSON of " + std::to_string(times) + " numbers", text("[" + repeated("1,", times) + "1]"));
    add_repeated("%41", times);
    add_repeated("%", times);
    add_repeated("a=b&", times);
    add_repeated("- a: 1\n", times);
    add_repeated("1h2m", times);
    add_repeated("QUJD", times);
    add_repeated("4142", times);
    add_repeated("\x80", times);
    add_repeated(".", times);
    add_repeated("/", times);
  }
  add("JSON of 300 objects", text("[" + repeated(R"({"a":"b\u00e9","c":[1.5,null]},)", 300) + "1]"));
  add_repeated("{a,b}", 50);
  add_repeated("a*", 50);
  add_repeated("(a|b)*", 30);
}

void OutlierPool::add_numbers() {
  for (int64_t integer : {0, 1, -1, 3, 10, 2000, 1 << 30}) add(std::to_string(integer), Value::of(integer));
  for (const char* digits : {"0.1", "1e6144", "1.5e-6000", "123456789012345678901", "1.5e300", "-1e6144", "-1.5e-6100",
                             "1600000000000000000", "9223372036854775807"}) {
    add(digits, number(digits));
  }
  add("31 digits", number(repeated("1234567", 4) + "123"));
  add("120 digits", number(repeated("123456", 20)));
  add("6000 digits", number(repeated("123456", 1000)));
}

// An array, set and object of the elements, and these in others of their kind.
void OutlierPool::add_list(const std::string& name, const std::vector<Value>& elements) {
  add("array of " + name, make_array(arena_, elements));
  add("set of " + name, make_set(arena_, elements));
  std::vector<Entry> members, keyed;
  for (size_t i = 0; i < elements.size(); ++i) {
    members.push_back({text("k" + std::to_string(i)), elements[i]});
    keyed.push_back({elements[i], Value::of(1)});
  }
  Value object = make_object(arena_, members);
  add("object of " + name, object);
  if (!keyed.empty()) add("object with keys of " + name, make_object(arena_, keyed));
  const Value sets[] = {make_set(arena_, elements)};
  add("set of set of " + name, make_set(arena_, sets));
  const Value arrays[] = {make_array(arena_, elements), make_array(arena_, elements)};
  add("array of array of " + name, make_array(arena_, arrays));
  const Value objects[] = {object, object};
  add("array of object of " + name, make_array(arena_, objects));
}

void OutlierPool::add_collections() {
  std::vector<Value> integers, falling, texts, long_texts, rows, numbers, halves, networks, paths, pairs;
  for (int64_t i = 0; i < 2000; ++i) {
    integers.push_back(Value::of(i));
    falling.push_back(Value::of(7919 * (2000 - i) % 2003));
    texts.push_back(text(std::to_string(i * 7919 % 2003)));
    long_texts.push_back(text(repeated("a", 200) + std::to_string(i)));
    std::vector<Value> row(7, Value::of(1));
    row.push_back(Value::of(i));
    rows.push_back(make_array(arena_, row));
  }
  for (int i = 0; i < 60; ++i) {
    numbers.push_back(number(std::to_string(i + 1) + "e6000"));
    halves.push_back(number(std::to_string(i) + ".5"));
  }
  for (int i = 0; i < 200; ++i) {
    networks.push_back(text("10." + std::to_string(i) + ".0.0/24"));
    paths.push_back(text("k" + std::to_string(i) + "/a/b"));
    pairs.push_back(make_array(arena_, std::vector<Value>{text("k" + std::to_string(i)), text("a")}));
  }
  Value shared = Value::of(1);
  for (int i = 0; i < 40; ++i) shared = make_array(arena_, std::vector<Value>(2, shared));
  auto first = [](const std::vector<Value>& all, size_t count) {
    return std::vector<Value>(all.begin(), all.begin() + static_cast<ptrdiff_t>(count));
  };
  add_list("nothing", {});
  add_list("one", {Value::of(1)});
  add_list("one text", {text("a")});
  add_list("15 unsorted integers", first(falling, 15));
  add_list("8 texts", first(texts, 8));
  add_list("15 texts of 200", first(long_texts, 15));
  add_list("8 networks", first(networks, 8));
  add_list("2000 integers", integers);
  add_list("2000 unsorted integers", falling);
  add_list("2000 texts", texts);
  add_list("2000 texts of 200", long_texts);
  add_list("2000 rows", rows);
  add_list("60 large numbers", numbers);
  add_list("60 halves", halves);
  add_list("200 networks", networks);
  add_list("200 paths", paths);
  add_list("200 pairs", pairs);
  add_list("2^40 shared", {shared});
  add_list("twice 2^40 shared", {shared, make_array(arena_, shared.items())});
  add_list("nested 300", {nested(300)});
  for (int64_t nodes : {3, 12, 300}) add("graph of " + std::to_string(nodes) + " nodes", graph(nodes));
}

Value OutlierPool::nested(int depth) {
  Value value = Value::of(1);
  for (int i = 0; i < depth; ++i) value = make_array(arena_, std::vector<Value>{value});
  return value;
}

// Each node leads to all.
Value OutlierPool::graph(int64_t nodes) {
  std::vector<Value> all;
  for (int64_t i = 0; i < nodes; ++i) all.push_back(text("k" + std::to_string(i)));
  std::vector<Entry> members;
  for (const Value& node : all) members.push_back({node, make_array(arena_, all)});
  return make_object(arena_, members);
}

}  // namespace writ
