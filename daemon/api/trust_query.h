#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "daemon/api/http.h"
#include "daemon/api/services.h"
#include "daemon/api/trust_answer.h"
#include "daemon/api/trust_request.h"

namespace credence {

// Texts of one query that have to be scanned, and the answers that wait for them.
// run() on any thread and write() on another may overlap.
class TrustScans {
 public:
  struct Text {
    std::size_t subject = 0;
    bool wanted = true;  // false: answered already; scanned for the next time
    PaddedBuffer bytes;
  };

  TrustScans(ApiServices& services, std::vector<TrustAnswer> answers, std::vector<Text> texts);

  // Scans the texts in order and hands their verdicts to the commit queue.
  void run();
  // Answers with what is known by now; the rest is pending.
  void write(Response& response);

 private:
  ApiServices& services_;
  std::vector<Text> texts_;
  std::mutex mutex_;                  // guards answers_, scanned_
  std::vector<TrustAnswer> answers_;  // by subject, from the table
  std::size_t scanned_ = 0;           // texts_ before it are in answers_
};

// Answers POST /v1/trust. One a thread: it keeps its working memory from call to call.
//
// For each subject the strictest disposition among the identities that are known
// holds. Text that is not known is not vouched for by its other identities: where
// on_miss says scan, it is scanned and its own verdict counts with them.
class TrustQuery {
 public:
  struct Limits {
    std::size_t inline_scan_bytes_max = 64 * 1024;  // of text a call, scanned at once
  };

  TrustQuery(ApiServices& services, Limits limits);

  struct Outcome {
    std::shared_ptr<TrustScans> scans;         // to be run() elsewhere; may be null
    bool complete = true;                      // `response` is; else write() it once run() ended
    std::optional<std::uint32_t> deadline_ms;  // the caller's, for that
  };
  Outcome answer(PaddedView body, Response& response);

 private:
  struct Lookup {
    std::uint32_t subject;
    MatchedBy by;
  };

  void answer_digests(Response& response);
  Outcome answer_subjects(Response& response);
  void look_up();
  // Fills in the answers of misses, but for the texts to scan.
  void settle_misses();
  void scan_now();
  [[nodiscard]] std::shared_ptr<TrustScans> make_scans() const;
  void note_stale(const Digest& digest);
  void report_stale();

  ApiServices& services_;
  const Limits limits_;
  TrustRequestParser parser_;
  TrustRequest request_;

  std::vector<Digest> digests_;  // of all identities, in the order of lookups_
  std::vector<Lookup> lookups_;
  std::vector<std::optional<TrustEntry>> found_;
  std::vector<TrustAnswer> answers_;
  enum class TextState : std::uint8_t { kUnknown, kKnown, kStale };
  std::vector<TextState> text_state_;       // by subject
  std::vector<std::uint32_t> to_scan_;      // subjects whose text decides
  std::vector<std::uint32_t> to_remember_;  // subjects whose text is scanned for next time
  std::vector<Digest> stale_;               // the first few
  std::size_t stale_count_ = 0;
  PaddedBuffer text_;
};

}  // namespace credence
