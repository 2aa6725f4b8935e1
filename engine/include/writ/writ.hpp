// writ for C++17: RAII objects over the handles of writ.h. Header only.
//
//   auto program = writ::Program::compile({{"authz.rego", text}});
//   writ::Context context(program);
//   if (context.verdict("authz/allow", input) == writ::Verdict::kAllow) …
//
//   writ::Decision decision = context.decide("authz/allow", input, {.record = true});
//   if (decision.allowed()) log(decision.record());
//
// Errors. Whatever cannot be created (a program that does not compile, data that is not JSON) throws writ::Exception,
// and std::bad_alloc if memory ran out. A decision does not throw for what the policy or the input did: it has a
// verdict, and a status that says why it failed.
// Views. Functions that return std::string_view, Value or Decision return views, valid as long as the writ.h handle
// they come from: those of a Decision until its context decides again or is changed. A Decision whose context moved on
// shows what came after it, never the verdict it had.
// Threads, lifetimes and costs are those of writ.h. Program and Data are immutable, and copies share them; a Context
// belongs to one thread at a time.
#ifndef WRIT_WRIT_HPP
#define WRIT_WRIT_HPP

#include <array>
#include <cstring>
#include <exception>
#include <initializer_list>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "writ/writ.h"

namespace writ {
inline namespace abi0 {

namespace detail {

struct Free {
  void operator()(writ_error* error) const noexcept { writ_error_free(error); }
  void operator()(writ_options* options) const noexcept { writ_options_free(options); }
  void operator()(writ_program* program) const noexcept { writ_program_free(program); }
  void operator()(writ_data* data) const noexcept { writ_data_free(data); }
  void operator()(writ_context* context) const noexcept { writ_context_free(context); }
  void operator()(char* memory) const noexcept { writ_free(memory); }
};
template <typename Handle>
using Owned = std::unique_ptr<Handle, Free>;

inline std::string_view view(writ_text text) noexcept { return {text.data, text.size}; }

inline Owned<writ_error> new_error() {
  Owned<writ_error> error(writ_error_create());
  if (!error) throw std::bad_alloc();
  return error;
}

}  // namespace detail

// What follows from a decision; only kAllow is a permission.
enum class Verdict {
  kNone = WRIT_VERDICT_NONE,
  kAllow = WRIT_VERDICT_ALLOW,
  kDeny = WRIT_VERDICT_DENY,
  kUndefined = WRIT_VERDICT_UNDEFINED,
  kError = WRIT_VERDICT_ERROR,
  kValue = WRIT_VERDICT_VALUE,
  kEscalate = WRIT_VERDICT_ESCALATE,
  kTransform = WRIT_VERDICT_TRANSFORM,
  kDefer = WRIT_VERDICT_DEFER,
};

// Why something could not be created: a copy of a writ_error, whose accessors these are.
class Exception : public std::exception {
 public:
  Exception(writ_status status, const writ_error* error)
      : status_(status),
        code_(writ_error_code(error)),
        message_(detail::view(writ_error_message(error))),
        file_(detail::view(writ_error_file(error))),
        row_(writ_error_row(error)),
        column_(writ_error_column(error)),
        json_(detail::view(writ_error_json(error))) {}

  // The message; of a program that does not compile, all errors, one per line.
  const char* what() const noexcept override { return message_.c_str(); }
  writ_status status() const noexcept { return status_; }
  uint16_t code() const noexcept { return code_; }
  const std::string& message() const noexcept { return message_; }
  const std::string& file() const noexcept { return file_; }
  uint32_t row() const noexcept { return row_; }
  uint32_t column() const noexcept { return column_; }
  const std::string& json() const noexcept { return json_; }

 private:
  writ_status status_;
  uint16_t code_;
  std::string message_, file_;
  uint32_t row_, column_;
  std::string json_;
};

namespace detail {

// Throws unless the call succeeded: std::bad_alloc if memory ran out, otherwise Exception.
inline void check(writ_status status, const writ_error* error = nullptr) {
  if (status == WRIT_OK) return;
  if (status == WRIT_ERROR_MEMORY) throw std::bad_alloc();
  throw Exception(status, error);
}

}  // namespace detail

// --- Values ----------------------------------------------------------------------------------------------------------

// A view of a value in a result, or of an argument in a host call. A function for another kind of value than this one
// returns an empty result: nullopt, "", 0 or undefined.
class Value {
 public:
  Value() noexcept : value_{} {}
  explicit Value(writ_value value) noexcept : value_(value) {}

  writ_kind kind() const noexcept { return writ_value_kind(value_); }
  // Whether the value is defined; false is defined.
  explicit operator bool() const noexcept { return kind() != WRIT_KIND_UNDEFINED; }
  // True for the boolean true alone.
  bool is_true() const noexcept { return writ_value_boolean(value_) != 0; }
  // An integer that fits.
  std::optional<int64_t> int64() const noexcept {
    int64_t number = 0;
    if (writ_value_int64(value_, &number) == 0) return std::nullopt;
    return number;
  }
  // The exact decimal text of a number.
  std::string number() const {
    std::string text(writ_value_number(value_, nullptr, 0), '\0');
    writ_value_number(value_, text.data(), text.size());
    return text;
  }
  // The bytes of a string.
  std::string_view string() const noexcept { return detail::view(writ_value_string(value_)); }
  // The number of elements or members.
  size_t size() const noexcept { return writ_value_size(value_); }
  // The element of an array or set, or the value of a member of an object, in sorted order.
  Value operator[](size_t index) const noexcept { return Value(writ_value_item(value_, index)); }
  // The key of that member of an object.
  Value key(size_t index) const noexcept { return Value(writ_value_key(value_, index)); }
  // The value of the member of that name.
  Value member(std::string_view name) const noexcept {
    return Value(writ_value_member(value_, name.data() == nullptr ? "" : name.data(), name.size()));
  }
  // Canonical JSON, in which sets are arrays. Throws if there is none, such as for keys that coincide as JSON.
  std::string json() const {
    auto error = detail::new_error();
    char* text = nullptr;
    size_t size = 0;
    detail::check(writ_value_to_json(value_, &text, &size, error.get()), error.get());
    detail::Owned<char> owned(text);
    return std::string(text, size);
  }
  writ_value get() const noexcept { return value_; }

  // Iterates over what operator[] returns.
  class Iterator;
  Iterator begin() const noexcept;
  Iterator end() const noexcept;

 private:
  writ_value value_;
};

class Value::Iterator {
 public:
  Iterator(Value value, size_t index) noexcept : value_(value), index_(index) {}
  Value operator*() const noexcept { return value_[index_]; }
  Iterator& operator++() noexcept {
    ++index_;
    return *this;
  }
  bool operator!=(const Iterator& other) const noexcept { return index_ != other.index_; }

 private:
  Value value_;
  size_t index_;
};

inline Value::Iterator Value::begin() const noexcept { return {*this, 0}; }
inline Value::Iterator Value::end() const noexcept { return {*this, size()}; }

// --- Programs and data -----------------------------------------------------------------------------------------------

// How a policy is compiled and evaluated; the functions are those of writ_options. Each returns *this, and throws for
// an invalid argument.
class Options {
 public:
  Options() : handle_(writ_options_create()) {
    if (!handle_) throw std::bad_alloc();
  }
  Options& rego_version(uint32_t version) { return checked(writ_options_set_rego_version(get(), version)); }
  Options& strict(bool on = true) { return checked(writ_options_set_strict(get(), on)); }
  Options& strict_builtin_errors(bool on) { return checked(writ_options_set_strict_builtin_errors(get(), on)); }
  Options& print(bool keep = true) { return checked(writ_options_set_print(get(), keep)); }
  Options& mode(writ_mode mode) { return checked(writ_options_set_mode(get(), mode)); }
  Options& limit(writ_limit limit, uint64_t value) { return checked(writ_options_set_limit(get(), limit, value)); }
  Options& entrypoint(std::string_view path) {
    return checked(writ_options_add_entrypoint(get(), path.data(), path.size()));
  }
  Options& function(std::string_view name, uint32_t arity, writ_call_class call_class = WRIT_CALL_EACH) {
    return checked(writ_options_add_function(get(), name.data(), name.size(), arity, call_class));
  }
  writ_options* get() const noexcept { return handle_.get(); }

 private:
  Options& checked(writ_status status) {
    detail::check(status);
    return *this;
  }
  detail::Owned<writ_options> handle_;
};

// A module: its path, "authz.rego", and its text.
struct Source {
  std::string_view name;
  std::string_view text;
};

// A compiled policy. Copies are cheap and share it.
class Program {
 public:
  // Throws an Exception that holds all errors of all modules.
  static Program compile(const std::vector<Source>& sources, const Options& options = {}) {
    std::vector<writ_source> texts;
    texts.reserve(sources.size());
    for (const Source& source : sources) {
      texts.push_back({source.name.data(), source.name.size(), source.text.data(), source.text.size()});
    }
    auto error = detail::new_error();
    writ_program* program = nullptr;
    detail::check(writ_program_compile(texts.data(), texts.size(), options.get(), &program, error.get()), error.get());
    return Program(program);
  }
  // From the bytes of save(), which are verified.
  static Program load(std::string_view bytes, const Options& options = {}) {
    auto error = detail::new_error();
    writ_program* program = nullptr;
    detail::check(writ_program_load(bytes.data(), bytes.size(), options.get(), &program, error.get()), error.get());
    return Program(program);
  }
  // The program as bytes, its modules included.
  std::string save() const {
    auto error = detail::new_error();
    void* bytes = nullptr;
    size_t size = 0;
    detail::check(writ_program_save(get(), &bytes, &size, error.get()), error.get());
    detail::Owned<char> owned(static_cast<char*>(bytes));
    return std::string(owned.get(), size);
  }
  // The same policy with a query, for Context::query. Compiles the modules again.
  Program query(std::string_view text) const {
    auto error = detail::new_error();
    writ_program* program = nullptr;
    detail::check(writ_program_query(get(), text.data(), text.size(), &program, error.get()), error.get());
    return Program(program);
  }
  // Sorted by path.
  std::vector<std::string_view> entrypoints() const {
    std::vector<std::string_view> paths(writ_program_entrypoint_count(get()));
    for (size_t i = 0; i < paths.size(); ++i) paths[i] = detail::view(writ_program_entrypoint(get(), i));
    return paths;
  }
  // The index of an entry point, for writ_decide_verdict_at.
  std::optional<uint32_t> find(std::string_view path) const noexcept {
    uint32_t number = writ_program_find(get(), path.data(), path.size());
    if (number == WRIT_NOT_FOUND) return std::nullopt;
    return number;
  }
  // The configuration as canonical JSON.
  std::string_view config() const noexcept { return detail::view(writ_program_config(get())); }
  // Owns a handle from now on, which must not be NULL.
  static Program adopt(writ_program* program) { return Program(program); }
  writ_program* get() const noexcept { return handle_.get(); }

 private:
  explicit Program(writ_program* program) : handle_(program, detail::Free()) {}
  std::shared_ptr<writ_program> handle_;
};

// Base documents. Copies are cheap and share them.
class Data {
 public:
  // From one JSON object.
  static Data from_json(std::string_view text) {
    auto error = detail::new_error();
    writ_data* data = nullptr;
    detail::check(writ_data_from_json(text.data(), text.size(), &data, error.get()), error.get());
    return Data(data);
  }
  // Owns a handle from now on, which must not be NULL.
  static Data adopt(writ_data* data) { return Data(data); }
  writ_data* get() const noexcept { return handle_.get(); }

 private:
  explicit Data(writ_data* data) : handle_(data, detail::Free()) {}
  std::shared_ptr<writ_data> handle_;
};

// What is left of a query while some documents are unknown, or data filters; request and answer are JSON, see writ_partial. With
// the clock and randomness of the system and without other host calls.
inline std::string partial(const Program& program, const Data* data, std::string_view request) {
  auto error = detail::new_error();
  char* answer = nullptr;
  size_t size = 0;
  detail::check(writ_partial(program.get(), data == nullptr ? nullptr : data->get(), nullptr, request.data(), request.size(),
                             &answer, &size, error.get()),
                error.get());
  detail::Owned<char> owned(answer);
  return std::string(owned.get(), size);
}

// --- The host --------------------------------------------------------------------------------------------------------

// Sets the result of a host call. The last one counts; without any the call fails.
class Reply {
 public:
  explicit Reply(writ_reply* reply) noexcept : reply_(reply) {}
  // False if the text is not JSON; the call then fails.
  bool json(std::string_view text) noexcept { return writ_reply_json(reply_, text.data(), text.size()) == WRIT_OK; }
  // The call has no result, as a built-in that fails in non-strict mode.
  void undefined() noexcept { writ_reply_undefined(reply_); }
  void error(std::string_view message) noexcept { writ_reply_error(reply_, message.data(), message.size()); }

 private:
  writ_reply* reply_;
};

// The functions that policies can call; derive from it. Must outlive the contexts that use it. Its functions are called
// on the thread that decides and must not use the context that calls them.
class Host {
 public:
  virtual ~Host() = default;
  // A call of a function of the options, or of opa.runtime, http.send or net.lookup_ip_addr. An exception fails it, and
  // so does every call that is not overridden.
  virtual void call(std::string_view function, const std::vector<Value>& arguments, Reply reply) {
    (void)arguments;
    reply.error("the host does not implement `" + std::string(function) + "`");
  }
  // The output of print (kind "print") and trace ("trace"). Exceptions are ignored.
  virtual void note(std::string_view kind, std::string_view text) {
    (void)kind;
    (void)text;
  }

  // For writ_context_create; clock and randomness are those of the system.
  writ_host callbacks() noexcept {
    writ_host host{};
    host.struct_size = sizeof(host);
    host.user = this;
    host.call = [](void* user, const char* function, size_t function_size, const writ_value* arguments, size_t count,
                   writ_reply* reply) {
      try {
        std::vector<Value> values;
        values.reserve(count);
        for (size_t i = 0; i < count; ++i) values.emplace_back(arguments[i]);
        static_cast<Host*>(user)->call({function, function_size}, values, Reply(reply));
      } catch (const std::exception& exception) {
        Reply(reply).error(exception.what());
      } catch (...) {
        Reply(reply).error("the host failed");
      }
    };
    host.note = [](void* user, const char* kind, size_t kind_size, const char* text, size_t text_size) {
      try {
        static_cast<Host*>(user)->note({kind, kind_size}, {text, text_size});
      } catch (...) {
      }
    };
    return host;
  }
};

// --- Deciding --------------------------------------------------------------------------------------------------------

// The options of writ_decide_options; an empty text is none.
struct DecideOptions {
  bool record = false;           // return a record; if that fails, the verdict is never kAllow
  uint64_t fuel = 0;             // a lower limit for this decision; 0: the limit of the policy
  std::string_view traceparent;  // W3C headers as received
  std::string_view tracestate;
  std::string_view requested_by;       // who requested the decision
  std::string_view batch_decision_id;  // what the decisions of one request have in common
  std::string_view custom;             // a JSON object of the host's own fields
  bool enforced = true;                // false: the verdict is only observed, and the record says so
  bool open_commitments = false;       // no salts: anyone who guesses an input can confirm the guess
  size_t keep_rejected = 0;            // bytes of an input that is not JSON that its record may hold, at most 1 MiB
  size_t max_record_bytes = 0;         // a larger record is an error; 0: 16 MiB
  std::optional<std::array<uint8_t, 32>> action_digest;  // of the action to be executed
  uint64_t deadline_ns = 0;            // nanoseconds that the decision may take; 0: no deadline
};

// A view of the last decision of a context, valid until its next one.
class Decision {
 public:
  Decision(writ_status status, const writ_result* result, const writ_error* error) noexcept
      : status_(status), result_(result), error_(error) {}

  // Whether the action may proceed.
  bool allowed() const noexcept { return verdict() == Verdict::kAllow; }
  Verdict verdict() const noexcept { return static_cast<Verdict>(writ_result_verdict(result_)); }
  // WRIT_OK, or why the decision failed; code() and message() then have the details.
  writ_status status() const noexcept { return status_; }
  uint16_t code() const noexcept { return writ_result_code(result_); }
  std::string_view message() const noexcept {
    return status_ == WRIT_OK ? std::string_view() : detail::view(writ_error_message(error_));
  }
  // Undefined if the result is undefined or the decision failed.
  Value value() const noexcept { return Value(writ_result_value(result_)); }
  // The value as canonical JSON; empty if it is undefined.
  std::string_view json() const {
    writ_text text;
    detail::check(writ_result_json(result_, &text, nullptr));
    return detail::view(text);
  }
  // The fuel used: the same number on every machine.
  uint64_t fuel() const noexcept { return writ_result_fuel(result_); }
  // The record, one line of JSON, its id, its digest, and the traceparent to pass on; empty without a record.
  std::string_view record() const noexcept { return detail::view(writ_result_record(result_)); }
  std::string_view id() const noexcept { return detail::view(writ_result_decision_id(result_)); }
  std::string_view digest() const noexcept { return detail::view(writ_result_decision_digest(result_)); }
  std::string_view traceparent() const noexcept { return detail::view(writ_result_traceparent(result_)); }

 private:
  writ_status status_;
  const writ_result* result_;
  const writ_error* error_;
};

// Makes decisions, one after another; create one per thread. Throws if data conflicts with a rule, and for invalid
// arguments; otherwise see Decision.
class Context {
 public:
  explicit Context(const Program& program) : Context(program, nullptr, nullptr) {}
  Context(const Program& program, const Data& data) : Context(program, data.get(), nullptr) {}
  Context(const Program& program, const Data& data, Host& host) : Context(program, data.get(), &host) {}

  // The verdict alone, kError for any error. In steady state it allocates nothing.
  Verdict verdict(std::string_view entry, std::string_view input) noexcept {
    return static_cast<Verdict>(writ_decide_verdict(get(), entry.data(), entry.size(), input.data(), input.size()));
  }
  // Evaluates an entry point: "authz/allow" or "data.authz.allow". No input differs from the JSON text null.
  Decision decide(std::string_view entry, std::optional<std::string_view> input, const DecideOptions& options = {}) {
    writ_decide_options c = c_options(options);
    writ_status status = writ_decide(get(), entry.data(), entry.size(), data_of(input), size_of(input), &c, nullptr,
                                     error_.get());
    return finished(status);
  }
  // Evaluates the query of a program from Program::query: an array of objects {variable: value}, one per solution.
  Decision query(std::optional<std::string_view> input, const DecideOptions& options = {}) {
    writ_decide_options c = c_options(options);
    return finished(writ_query(get(), data_of(input), size_of(input), &c, nullptr, error_.get()));
  }
  // Ends the decision or query that is running; see writ_context_cancel. From any thread.
  void cancel() noexcept { writ_context_cancel(get()); }
  // Replaces program and data from the next decision on. On failure both stay as they were. The last Decision ends.
  void set_program(const Program& program, const Data& data) {
    detail::check(writ_context_set_program(get(), program.get(), data.get(), error_.get()), error_.get());
  }
  // Sets the member `labels` of every record to a JSON object of strings. The last Decision ends.
  void set_labels(std::string_view json) {
    detail::check(writ_context_set_labels(get(), json.data(), json.size(), error_.get()), error_.get());
  }
  writ_context* get() const noexcept { return handle_.get(); }

 private:
  Context(const Program& program, const writ_data* data, Host* host) : error_(detail::new_error()) {
    writ_host callbacks{};
    if (host != nullptr) callbacks = host->callbacks();
    writ_context* context = nullptr;
    const writ_host* seen = host != nullptr ? &callbacks : nullptr;
    detail::check(writ_context_create(program.get(), data, seen, &context, error_.get()), error_.get());
    handle_.reset(context);
  }

  Decision finished(writ_status status) const {
    if (status == WRIT_ERROR_ARGUMENT) throw Exception(status, error_.get());
    return Decision(status, writ_context_result(get()), error_.get());
  }
  static const char* data_of(const std::optional<std::string_view>& text) {
    return !text ? nullptr : text->data() == nullptr ? "" : text->data();
  }
  static size_t size_of(const std::optional<std::string_view>& text) { return text ? text->size() : 0; }
  static writ_decide_options c_options(const DecideOptions& options) {
    writ_decide_options c{};
    c.struct_size = sizeof(c);
    auto flag = [&c](bool on, writ_decide_flags bit) {
      if (on) c.flags |= static_cast<uint32_t>(bit);
    };
    flag(options.record, WRIT_RECORD);
    flag(options.open_commitments, WRIT_OPEN_COMMITMENTS);
    flag(!options.enforced, WRIT_NOT_ENFORCED);
    c.fuel = options.fuel;
    c.deadline_ns = options.deadline_ns;
    c.keep_rejected = options.keep_rejected;
    c.max_record_bytes = options.max_record_bytes;
    if (options.action_digest) c.action_digest = options.action_digest->data();
    auto set = [](std::string_view text, const char*& data, size_t& size) {
      if (text.empty()) return;
      data = text.data();
      size = text.size();
    };
    set(options.traceparent, c.traceparent, c.traceparent_size);
    set(options.tracestate, c.tracestate, c.tracestate_size);
    set(options.requested_by, c.requested_by, c.requested_by_size);
    set(options.batch_decision_id, c.batch_decision_id, c.batch_decision_id_size);
    set(options.custom, c.custom, c.custom_size);
    return c;
  }

  detail::Owned<writ_error> error_;
  detail::Owned<writ_context> handle_;
};

}  // namespace abi0
}  // namespace writ

#endif
