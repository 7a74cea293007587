#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "scanners/core/chunk_builder.h"
#include "scanners/core/utf8.h"
#include "scanners/extract/charset.h"
#include "scanners/extract/csv_tokenizer.h"
#include "scanners/extract/formats.h"
#include "scanners/extract/progress.h"
#include "scanners/extract/record_rows.h"

namespace credence {
namespace {

constexpr std::array kKinds = {MediaKind::kCsv, MediaKind::kTsv};
constexpr ExtractorInfo kInfo{"csv", 1, kKinds};

constexpr std::size_t kRunBytesMax = std::size_t{1} << 20;
constexpr std::size_t kColumnsMax = 16'384;  // of records; cells behind are no fields
constexpr std::size_t kProseMin = 8;
constexpr std::size_t kFormulaHead = 256;  // looked at of a cell
constexpr std::size_t kFormulaFindingsMax = 10;
constexpr float kFormulaScore = 0.4F;
constexpr float kMalformedScore = 0.2F;

constexpr bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool contains(std::string_view text, std::string_view part) noexcept {
  return text.find(part) != std::string_view::npos;
}

// Whether a spreadsheet would run the cell: a formula that calls a function, a
// program (DDE) or an address. Numbers with a sign, telephone numbers, @names and
// list dashes are no formulas.
bool is_active_formula(std::string_view cell) noexcept {
  cell = cell.substr(0, kFormulaHead);
  while (!cell.empty() && (cell[0] == '\t' || cell[0] == '\r' || cell[0] == ' ')) {
    cell.remove_prefix(1);
  }
  if (cell.size() < 4 || std::string_view("=+-@").find(cell[0]) == std::string_view::npos) {
    return false;
  }
  const char sign = cell[0];
  cell.remove_prefix(1);
  std::size_t name = 0;
  while (name < cell.size() && (is_letter(cell[name]) || cell[name] == '.')) ++name;
  if (name >= 2 && name < cell.size() && cell[name] == '(') return true;
  if (name >= 2 && name < cell.size() && cell[name] == '|') return true;
  return sign == '=' && (contains(cell, "://") || contains(cell, "|'"));
}

// Whether an unquoted cell may hold words; others are left in their row.
bool is_prose(std::string_view cell) noexcept {
  if (cell.size() < kProseMin) return false;
  int letters = 0;
  for (const char c : cell) {
    if ((is_letter(c) || static_cast<unsigned char>(c) >= 0x80) && ++letters >= 3) return true;
  }
  return false;
}

class CsvReader {
 public:
  CsvReader(const Layer& layer, Budget& budget, ChunkSink& chunks, ScanSink& sink)
      : layer_(layer),
        source_(layer.bytes.text()),
        progress_(budget),
        chunks_(chunks),
        sink_(sink),
        cells_(layer, Channel::kCell, chunks) {}

  void read_cells();
  void read_records(const RecordOptions& options);

 private:
  [[nodiscard]] CsvTokenizer tokenizer() const noexcept {
    const char delimiter = layer_.kind == MediaKind::kTsv ? '\t' : guess_csv_delimiter(source_);
    return {source_, utf8_mark_size(source_), delimiter};
  }
  // Reads the cells of one row into row_; returns the end of the last.
  std::size_t read_row(CsvTokenizer& tokenizer);
  [[nodiscard]] std::size_t find_column(std::string_view name) const;
  void add_record(RecordRows& rows, const CsvCell& cell, std::string id);
  void check(const CsvCell& cell);
  [[nodiscard]] bool late(std::size_t at) {
    if (!progress_.expired(at)) return false;
    sink_.lower_coverage(Coverage::kPartial, CoverageReason::kDeadline, layer_.id, "csv");
    return true;
  }

  const Layer& layer_;
  std::string_view source_;
  Progress progress_;
  ChunkSink& chunks_;
  ScanSink& sink_;
  ChunkBuilder cells_;
  std::vector<CsvCell> row_;
  std::size_t formulas_ = 0;
};

// Rows of numbers and short words are delivered as they stand; quoted cells and
// longer words each on a line of their own.
void CsvReader::read_cells() {
  CsvTokenizer cells = tokenizer();
  std::size_t run = cells.position();  // begin of what is to be copied as it stands
  while (!cells.at_end() && !cells_.stopped()) {
    const std::size_t begin = cells.position();
    const CsvCell cell = cells.next();
    check(cell);
    if (!cell.quoted && !is_prose(source_.substr(cell.begin, cell.end - cell.begin))) {
      if (cell.next - run >= kRunBytesMax) {
        cells_.copy(run, cell.next);
        run = cell.next;
      }
    } else {
      cells_.copy(run, begin);
      cells_.break_line(begin);
      walk_csv_cell(source_, cell,
                    [&](std::size_t from, std::size_t to) { cells_.copy(from, to); });
      cells_.break_line(cell.end);
      run = cell.next;
    }
    if (late(cells.position())) break;
  }
  cells_.copy(run, cells.position());
  cells_.flush();
}

std::size_t CsvReader::read_row(CsvTokenizer& tokenizer) {
  row_.clear();
  CsvCell cell;
  while (!tokenizer.at_end() && !cell.ends_row) {
    cell = tokenizer.next();
    if (row_.size() < kColumnsMax) row_.push_back(cell);
  }
  return cell.end;
}

std::size_t CsvReader::find_column(std::string_view name) const {
  for (std::size_t i = 0; i < row_.size(); ++i) {
    if (decode_csv_cell(source_, row_[i]) == name) return i;
  }
  return std::numeric_limits<std::size_t>::max();
}

void CsvReader::read_records(const RecordOptions& options) {
  CsvTokenizer cells = tokenizer();
  read_row(cells);
  const std::size_t text = find_column(options.text_field);
  if (text >= row_.size()) {
    sink_.lower_coverage(Coverage::kPartial, CoverageReason::kMalformed, layer_.id,
                         "no column \"" + printable(options.text_field, 64) +
                             "\" in the header; read as a document");
    read_cells();
    return;
  }
  const std::size_t id = options.id_field.empty() ? std::numeric_limits<std::size_t>::max()
                                                  : find_column(options.id_field);
  RecordRows rows(layer_, options, chunks_, sink_);
  while (!cells.at_end() && !rows.stopped() && !late(cells.position())) {
    const std::size_t begin = cells.position();
    const std::size_t end = read_row(cells);
    if (row_.size() == 1 && row_[0].begin == row_[0].end) continue;  // an empty line
    if (text >= row_.size()) {
      rows.add_unreadable(begin, end);
      continue;
    }
    check(row_[text]);
    add_record(rows, row_[text],
               id < row_.size() ? decode_csv_cell(source_, row_[id]) : std::string());
  }
  rows.finish();
}

void CsvReader::add_record(RecordRows& rows, const CsvCell& cell, std::string id) {
  if (!cell.rewritten) {
    rows.add(cell.begin, cell.end, std::move(id));
    return;
  }
  PaddedBuffer storage;
  storage.reserve(cell.end - cell.begin);
  OffsetMap map;
  walk_csv_cell(source_, cell, [&](std::size_t from, std::size_t to) {
    storage.append(source_.substr(from, to - from));
    map.copied(from, to - from);
  });
  rows.add(Chunk::owned(std::move(storage), std::move(map)), std::move(id));
}

void CsvReader::check(const CsvCell& cell) {
  const ByteSpan span{cell.begin, cell.end - cell.begin};
  const std::string_view text = source_.substr(cell.begin, span.length);
  if (cell.torn) {
    Finding finding =
        Finding::of(FindingCode::kMalformed, layer_.id, {cell.begin, 0}, kMalformedScore);
    finding.channel = Channel::kCell;
    finding.evidence = printable(text.substr(0, kFormulaHead), Finding::kEvidenceMax);
    finding.rule = "csv.torn_quote";
    sink_.add(std::move(finding));
  }
  if (!is_active_formula(text) || ++formulas_ > kFormulaFindingsMax) return;
  Finding finding = Finding::of(FindingCode::kActiveContent, layer_.id, span, kFormulaScore);
  finding.channel = Channel::kCell;
  finding.evidence = printable(text.substr(0, kFormulaHead), Finding::kEvidenceMax);
  finding.rule = "csv.formula";
  sink_.add(std::move(finding));
}

class CsvExtractor final : public Extractor {
 public:
  [[nodiscard]] const ExtractorInfo& info() const noexcept override { return kInfo; }

  Result<void> extract(const Layer& layer, const RecordOptions& records, Budget& budget,
                       ChunkSink& chunks, ScanSink& sink) const override {
    CsvReader reader(layer, budget, chunks, sink);
    if (records.text_field.empty()) {
      reader.read_cells();
    } else {
      reader.read_records(records);
    }
    return {};
  }
};

}  // namespace

std::unique_ptr<Extractor> make_csv_extractor() { return std::make_unique<CsvExtractor>(); }

}  // namespace credence
