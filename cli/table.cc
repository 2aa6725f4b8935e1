#include "cli/table.h"

#include <utf8proc.h>

#include <algorithm>
#include <ostream>

#include "engine/base/utf8.h"

namespace writ::cli {

size_t display_width(std::string_view text) {
  size_t width = 0;
  const char* end = text.data() + text.size();
  for (const char* at = text.data(); at != end;) {
    CodePoint point = decode_utf8(at, end);
    at += point.size;
    int columns =
        point.value == CodePoint::kInvalid ? 1 : utf8proc_charwidth(static_cast<utf8proc_int32_t>(point.value));
    width += static_cast<size_t>(std::max(columns, 0));
  }
  return width;
}

namespace {

void print_rule(std::ostream& out, const std::vector<size_t>& widths, const char* left, const char* cross,
                const char* right) {
  for (size_t i = 0; i < widths.size(); ++i) {
    out << (i == 0 ? left : cross);
    for (size_t n = 0; n < widths[i] + 2; ++n) out << "─";
  }
  out << right << '\n';
}

void print_row(std::ostream& out, const std::vector<size_t>& widths, const std::vector<std::string>& cells,
               bool centred) {
  for (size_t i = 0; i < widths.size(); ++i) {
    size_t spare = widths[i] - display_width(cells[i]);
    size_t before = centred ? spare / 2 : 0;
    out << "│ " << std::string(before, ' ') << cells[i] << std::string(spare - before, ' ') << ' ';
  }
  out << "│\n";
}

}  // namespace

void print_table(std::ostream& out, const std::vector<std::string>& headers,
                 const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  for (const std::string& header : headers) widths.push_back(display_width(header));
  for (const auto& row : rows) {
    for (size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
  }
  print_rule(out, widths, "┌", "┬", "┐");
  print_row(out, widths, headers, true);
  print_rule(out, widths, "├", "┼", "┤");
  for (const auto& row : rows) print_row(out, widths, row, false);
  print_rule(out, widths, "└", "┴", "┘");
}

}  // namespace writ::cli
