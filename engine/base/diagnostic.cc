// Three ways to show diagnostics, all from the same list in the order of their places: the text OPA prints, JSON, and
// the form for people with the code, a caret line, labels and help. In the last, what a terminal would act on is shown
// as a code point, and columns are counted as the terminal shows them.
#include "engine/base/diagnostic.h"

#include <algorithm>
#include <tuple>

#include "engine/base/json_writer.h"
#include "engine/base/utf8.h"

namespace writ {

void sort_diagnostics(std::vector<Diagnostic>& diagnostics, const SourceMap& sources) {
  auto name = [&](Span span) { return span.is_nowhere() ? std::string_view() : std::string_view(sources.file(span.file).name); };
  std::stable_sort(diagnostics.begin(), diagnostics.end(), [&](const Diagnostic& a, const Diagnostic& b) {
    bool a_nowhere = a.span.is_nowhere(), b_nowhere = b.span.is_nowhere();
    std::string_view a_name = name(a.span), b_name = name(b.span);
    return std::tie(a_nowhere, a_name, a.span.file, a.span.begin, a.opa_code, a.message, a.lines) <
           std::tie(b_nowhere, b_name, b.span.file, b.span.begin, b.opa_code, b.message, b.lines);
  });
}

Position position_of(const Diagnostic& diagnostic, const SourceMap& sources) {
  Position position = sources.position(diagnostic.span.file, diagnostic.span.begin);
  const std::string& text = sources.file(diagnostic.span.file).text;
  // OPA puts the end of the text, and that of a line where something lacks, in column 0 of the line that would be next.
  Span span = diagnostic.span;
  bool lacks = span.begin == span.end && span.begin > 0 && (span.begin == text.size() || text[span.begin - 1] == '\n');
  if (diagnostic.shows_line && lacks) --position.column;
  return position;
}

// --- OPA's text ------------------------------------------------------------------------------------------------------

namespace {

// The line OPA shows for a place, and where in it the caret goes, both in bytes: white space before the place is
// stepped over backwards, line ends included.
struct Excerpt {
  std::string_view line;
  size_t index = 0;
};

Excerpt excerpt(std::string_view text, size_t offset) {
  auto is_space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  auto is_line_end = [](char c) { return c == '\n' || c == '\r'; };
  if (text.empty()) return {};
  if (offset >= text.size()) offset = text.size() - 1;
  while (offset > 0 && is_space(text[offset])) --offset;
  size_t begin = offset;
  while (begin > 0 && !is_line_end(text[begin])) --begin;
  if (is_line_end(text[begin])) ++begin;
  size_t end = offset;
  while (end < text.size() && !is_line_end(text[end])) ++end;
  begin = std::min(begin, end);
  return {text.substr(begin, end - begin), offset >= begin ? offset - begin : 0};
}

void append_further_lines(std::string& out, const Diagnostic& diagnostic) {
  for (const std::string& line : diagnostic.lines) out.append("\n\t").append(line);
}

void append_opa_line(std::string& out, const Diagnostic& diagnostic, const SourceMap& sources) {
  if (diagnostic.span.is_nowhere()) {
    out.append(diagnostic.opa_code).append(": ").append(diagnostic.message);
    append_further_lines(out, diagnostic);
    return;
  }
  const SourceFile& file = sources.file(diagnostic.span.file);
  Position position = position_of(diagnostic, sources);
  if (!file.name.empty()) {
    out.append(file.name).append(":").append(std::to_string(position.row));
  } else {
    out.append(std::to_string(position.row)).append(":").append(std::to_string(position.column));
  }
  out.append(": ").append(diagnostic.opa_code).append(": ").append(diagnostic.message);
  append_further_lines(out, diagnostic);
  if (!diagnostic.shows_line) return;
  Excerpt shown = excerpt(file.text, diagnostic.span.begin);
  size_t tabs = std::min(shown.line.find_first_not_of('\t'), shown.line.size());
  size_t indent = shown.index > tabs ? shown.index - tabs : 0;
  out.append("\n\t").append(shown.line.substr(tabs)).append("\n\t").append(indent, ' ').append("^");
}

}  // namespace

std::string render_opa(const std::vector<Diagnostic>& diagnostics, const SourceMap& sources) {
  if (diagnostics.empty()) return "no error(s)";
  std::string out;
  if (diagnostics.size() == 1) {
    out = "1 error occurred: ";
  } else {
    out = std::to_string(diagnostics.size()) + " errors occurred:\n";
  }
  for (size_t i = 0; i < diagnostics.size(); ++i) {
    if (i > 0) out += '\n';
    append_opa_line(out, diagnostics[i], sources);
  }
  return out;
}

// --- JSON ------------------------------------------------------------------------------------------------------------

namespace {

void write_diagnostic(JsonWriter& json, const Diagnostic& diagnostic, const SourceMap& sources) {
  json.begin_object().member("message", diagnostic.message).member("code", diagnostic.opa_code);
  if (!diagnostic.span.is_nowhere()) {
    Position position = position_of(diagnostic, sources);
    json.key("location").begin_object().member("file", sources.file(diagnostic.span.file).name);
    json.member("row", position.row).member("col", position.column).end_object();
  }
  json.key("details").begin_object().member("id", diagnostic.id);
  if (!diagnostic.help.empty()) json.member("help", diagnostic.help);
  json.raw_members(diagnostic.details);
  if (diagnostic.shows_line) {
    Excerpt shown = excerpt(sources.file(diagnostic.span.file).text, diagnostic.span.begin);
    json.member("line", shown.line).member("idx", shown.index);
  }
  json.end_object().end_object();
}

}  // namespace

std::string render_json(const std::vector<Diagnostic>& diagnostics, const SourceMap& sources) {
  std::string out;
  JsonWriter json(out, {JsonEscape::kHtml, "  "});
  json.begin_object().key("errors").begin_array();
  for (const Diagnostic& diagnostic : diagnostics) write_diagnostic(json, diagnostic, sources);
  json.end_array().end_object();
  return out;
}

// --- for people ------------------------------------------------------------------------------------------------------

namespace {

constexpr uint32_t kTabWidth = 4;
// Of a longer line only the part around the place is shown, this many bytes before and behind where it begins.
constexpr size_t kShownBefore = 120;
constexpr size_t kShownBehind = 240;

struct Range {
  uint32_t first, last;
};
// What a terminal shows two columns wide (East Asian wide and emoji), and what takes no column of its own.
constexpr Range kWide[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},
                           {0x4E00, 0x9FFF},   {0xA000, 0xA4CF},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
                           {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F},
                           {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
constexpr Range kNoWidth[] = {{0x300, 0x36F}, {0x200B, 0x200D}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}};

template <size_t N>
bool contains(const Range (&ranges)[N], uint32_t point) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [&](Range range) { return point >= range.first && point <= range.last; });
}

// Whether showing it raw could change what the terminal shows elsewhere: control characters and those that turn the
// direction of text.
bool is_unsafe(uint32_t point) {
  return point < 0x20 || (point >= 0x7F && point < 0xA0) || (point >= 0x202A && point <= 0x202E) ||
         (point >= 0x2066 && point <= 0x2069) || point == CodePoint::kInvalid;
}

// Appends the text as it can be shown, and returns how many columns that takes.
uint32_t append_visible(std::string& out, std::string_view text) {
  uint32_t columns = 0;
  const char* end = text.data() + text.size();
  for (const char* p = text.data(); p != end;) {
    CodePoint point = decode_utf8(p, end);
    std::string_view bytes(p, point.size);
    p += point.size;
    if (point.value == '\t') {
      out.append(kTabWidth, ' ');
      columns += kTabWidth;
    } else if (is_unsafe(point.value)) {
      out += "\xEF\xBF\xBD";
      ++columns;
    } else {
      out += bytes;
      columns += contains(kNoWidth, point.value) ? 0 : contains(kWide, point.value) ? 2 : 1;
    }
  }
  return columns;
}

// The codes of a colour, or nothing.
struct Paint {
  explicit Paint(bool colour) : colour(colour) {}
  std::string_view red() const { return colour ? "\x1b[1;31m" : ""; }
  std::string_view blue() const { return colour ? "\x1b[1;34m" : ""; }
  std::string_view bold() const { return colour ? "\x1b[1m" : ""; }
  std::string_view end() const { return colour ? "\x1b[0m" : ""; }
  bool colour;
};

// One underlined place.
struct Underline {
  Span span;
  std::string_view text;
  bool primary = false;
  uint32_t row = 0;
};

class HumanRenderer {
 public:
  HumanRenderer(const Diagnostic& diagnostic, const SourceMap& sources, bool colour)
      : diagnostic_(diagnostic), sources_(sources), paint_(colour) {}

  std::string run() {
    headline();
    if (!diagnostic_.span.is_nowhere()) shown_places();
    if (!diagnostic_.help.empty()) note("help", diagnostic_.help);
    if (!diagnostic_.opa_code.empty()) {
      note("note", "OPA code " + diagnostic_.opa_code + "; `writ explain " + diagnostic_.id + "`");
    }
    return std::move(out_);
  }

 private:
  void shown_places() {
    collect();
    place(diagnostic_.span, "-->");
    uint32_t file = diagnostic_.span.file;
    gutter();
    out_ += '\n';
    for (size_t i = 0; i < underlines_.size(); ++i) {
      const Underline& underline = underlines_[i];
      bool other_file = underline.span.file != file;
      bool same_line = i > 0 && !other_file && underlines_[i - 1].row == underline.row;
      bool gap = i > 0 && !other_file && underline.row > underlines_[i - 1].row + 1;
      if (other_file) {
        file = underline.span.file;
        place(underline.span, ":::");
      }
      if (gap) out_ += "...\n";
      if (!same_line) source_line(underline);
      carets(underline);
    }
    gutter();
    out_ += '\n';
  }

  void headline() {
    out_.append(paint_.red()).append("error[").append(diagnostic_.id).append("]").append(paint_.end());
    out_.append(paint_.bold()).append(": ");
    append_lines(diagnostic_.message);
    out_.append(paint_.end()).append("\n");
    for (const std::string& line : diagnostic_.lines) {
      out_ += "    ";
      append_lines(line);
      out_ += '\n';
    }
  }

  // Lines of the text stay lines, further in than anything that the report itself begins with.
  void append_lines(std::string_view text) {
    for (size_t begin = 0, end = 0; end != std::string_view::npos; begin = end + 1) {
      end = text.find('\n', begin);
      if (begin > 0) out_ += "\n    ";
      append_visible(out_, text.substr(begin, end == std::string_view::npos ? end : end - begin));
    }
  }

  // The primary place and the labels in order of file and line, the primary file first.
  void collect() {
    underlines_.push_back({diagnostic_.span, {}, true});
    for (const DiagnosticLabel& label : diagnostic_.labels) underlines_.push_back({label.span, label.text, false});
    uint32_t last_row = 1;
    for (Underline& underline : underlines_) {
      underline.row = sources_.position(underline.span.file, underline.span.begin).row;
      last_row = std::max(last_row, underline.row);
    }
    uint32_t home = diagnostic_.span.file;
    std::stable_sort(underlines_.begin(), underlines_.end(), [&](const Underline& a, const Underline& b) {
      bool a_away = a.span.file != home;
      bool b_away = b.span.file != home;
      return std::tie(a_away, a.span.file, a.row, a.span.begin) < std::tie(b_away, b.span.file, b.row, b.span.begin);
    });
    width_ = std::to_string(last_row).size();
  }

  void place(Span span, std::string_view arrow) {
    const std::string& name = sources_.file(span.file).name;
    Position position = sources_.position(span.file, span.begin);
    out_.append(width_, ' ').append(paint_.blue()).append(arrow).append(paint_.end()).append(" ");
    append_visible(out_, name.empty() ? std::string_view("<input>") : std::string_view(name));
    out_.append(":").append(std::to_string(position.row)).append(":").append(std::to_string(position.column));
    out_ += '\n';
  }

  void gutter() { out_.append(width_ + 1, ' ').append(paint_.blue()).append("|").append(paint_.end()); }

  void source_line(const Underline& underline) {
    std::string number = std::to_string(underline.row);
    out_.append(paint_.blue()).append(width_ - number.size(), ' ').append(number).append(" |").append(paint_.end());
    Shown line = shown_line(underline.span, underline.span.begin);
    if (!line.text.empty()) {
      out_ += ' ';
      if (line.cut_before) out_ += kCut;
      append_visible(out_, line.text);
      if (line.cut_behind) out_ += kCut;
    }
    out_ += '\n';
    shown_at_ = underline.span.begin;
  }

  // A line, or of a long one the part around `offset`.
  struct Shown {
    std::string_view text;
    bool cut_before = false;
    bool cut_behind = false;
  };

  Shown shown_line(Span span, uint32_t offset) {
    std::string_view line = sources_.line(span.file, offset);
    const std::string& text = sources_.file(span.file).text;
    size_t at = std::min<size_t>(offset - static_cast<size_t>(line.data() - text.data()), line.size());
    auto inside_character = [&](size_t i) { return i < line.size() && (static_cast<uint8_t>(line[i]) & 0xC0) == 0x80; };
    size_t from = at > kShownBefore ? at - kShownBefore : 0;
    size_t to = std::min(line.size(), at + kShownBehind);
    while (from > 0 && inside_character(from)) --from;
    while (inside_character(to)) ++to;
    return {line.substr(from, to - from), from > 0, to < line.size()};
  }

  void carets(const Underline& underline) {
    Shown shown = shown_line(underline.span, shown_at_);
    std::string_view line = shown.text;
    const std::string& text = sources_.file(underline.span.file).text;
    size_t line_begin = static_cast<size_t>(line.data() - text.data());
    size_t from = std::clamp<size_t>(underline.span.begin, line_begin, line_begin + line.size()) - line_begin;
    size_t to = std::clamp<size_t>(underline.span.end, line_begin + from, line_begin + line.size()) - line_begin;
    std::string ignored;
    uint32_t indent = append_visible(ignored, line.substr(0, from)) + (shown.cut_before ? 3 : 0);
    uint32_t length = std::max<uint32_t>(append_visible(ignored, line.substr(from, to - from)), 1);
    gutter();
    out_.append(1 + indent, ' ').append(underline.primary ? paint_.red() : paint_.blue());
    out_.append(length, underline.primary ? '^' : '-');
    if (!underline.text.empty()) {
      out_ += ' ';
      append_visible(out_, underline.text);
    }
    out_.append(paint_.end()).append("\n");
  }

  void note(std::string_view kind, std::string_view text) {
    out_.append(width_ + 1, ' ').append(paint_.blue()).append("= ").append(paint_.end());
    out_.append(paint_.bold()).append(kind).append(paint_.end()).append(": ");
    append_visible(out_, text);
    out_ += '\n';
  }

  const Diagnostic& diagnostic_;
  const SourceMap& sources_;
  Paint paint_;
  std::string out_;
  std::vector<Underline> underlines_;
  static constexpr std::string_view kCut = "...";
  size_t width_ = 1;
  uint32_t shown_at_ = 0;  // what the line shown last was shown around
};

}  // namespace

std::string render_human(const std::vector<Diagnostic>& diagnostics, const SourceMap& sources, bool colour) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (!out.empty()) out += '\n';
    out += HumanRenderer(diagnostic, sources, colour).run();
  }
  return out;
}

}  // namespace writ
