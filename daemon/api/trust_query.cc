#include "daemon/api/trust_query.h"

#include <span>
#include <utility>

#include "daemon/api/problem.h"

namespace credence {
namespace {

constexpr std::size_t kStaleReportedMax = 32;  // a call
constexpr std::size_t kAnswerBytesTypical = 112;

void begin_results(std::string& body, std::size_t count) {
  body.reserve(body.size() + count * kAnswerBytesTypical + 128);
  body.append("{\"results\":[");
}

void end_results(std::string& body, const ScanService& scans) {
  const auto snapshot = scans.snapshot();
  body.append("],\"engine\":\"");
  if (snapshot) body.append(snapshot->digest.uri());
  body.append("\"}");
}

void write_results(std::string& body, std::span<const TrustAnswer> answers,
                   const ScanService& scans) {
  begin_results(body, answers.size());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (i > 0) body += ',';
    append_answer(body, answers[i]);
  }
  end_results(body, scans);
}

// Scans `text` and hands the verdict on to be kept.
TrustAnswer scan_text(ApiServices& services, PaddedView text) {
  Artifact artifact;
  artifact.bytes = text;
  artifact.is_chunk = true;
  const ScanOutcome outcome = services.scans.scan(artifact);
  services.metrics.add(MetricId::kTrustScanned);
  if (!services.commits.submit(to_commit(outcome, "trust"))) {
    services.metrics.add(MetricId::kTrustUncached);
  }
  return to_answer(outcome.decision, MatchedBy::kScan);
}

OnMiss effective(OnMiss on_miss, const TrustSubject& subject) noexcept {
  if (on_miss != OnMiss::kDefault) return on_miss;
  return subject.has_text ? OnMiss::kScan : OnMiss::kDeny;
}

}  // namespace

TrustScans::TrustScans(ApiServices& services, std::vector<TrustAnswer> answers,
                       std::vector<Text> texts)
    : services_(services), texts_(std::move(texts)), answers_(std::move(answers)) {}

void TrustScans::run() {
  for (Text& text : texts_) {
    const TrustAnswer answer = scan_text(services_, text.bytes.view());
    text.bytes = PaddedBuffer();
    const std::lock_guard lock(mutex_);
    if (text.wanted) combine(answers_[text.subject], answer);
    ++scanned_;
  }
}

void TrustScans::write(Response& response) {
  TrustAnswer pending;
  pending.pending = true;
  const std::lock_guard lock(mutex_);
  std::size_t waiting = 0;
  for (std::size_t i = scanned_; i < texts_.size(); ++i) {
    if (!texts_[i].wanted) continue;
    combine(answers_[texts_[i].subject], pending);
    ++waiting;
  }
  services_.metrics.add(MetricId::kTrustPending, waiting);
  write_results(response.body, answers_, services_.scans);
}

TrustQuery::TrustQuery(ApiServices& services, Limits limits)
    : services_(services), limits_(limits) {}

TrustQuery::Outcome TrustQuery::answer(PaddedView body, Response& response) {
  services_.metrics.add(MetricId::kTrustCalls);
  if (auto parsed = parser_.parse(body, request_); !parsed) {
    set_problem(response, to_problem(parsed.error()));
    return {};
  }
  stale_.clear();
  stale_count_ = 0;
  const bool plain = !request_.digests.empty() &&
                     (request_.on_miss == OnMiss::kDefault || request_.on_miss == OnMiss::kDeny);
  Outcome outcome;
  if (plain) {
    answer_digests(response);
  } else {
    outcome = answer_subjects(response);
  }
  report_stale();
  return outcome;
}

void TrustQuery::answer_digests(Response& response) {
  const std::size_t count = request_.digests.size();
  found_.resize(count);
  services_.table.find(request_.digests, found_);
  begin_results(response.body, count);
  std::size_t missed = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) response.body += ',';
    TrustAnswer answer;
    if (found_[i]) {
      const bool stale = services_.table.is_stale(*found_[i]);
      if (stale) note_stale(request_.digests[i]);
      answer = to_answer(*found_[i], MatchedBy::kDigest, stale);
    } else {
      ++missed;
    }
    append_answer(response.body, answer);
  }
  end_results(response.body, services_.scans);
  services_.metrics.add(MetricId::kTrustFound, count - missed);
  services_.metrics.add(MetricId::kTrustMissed, missed);
}

TrustQuery::Outcome TrustQuery::answer_subjects(Response& response) {
  if (request_.subjects.empty()) {
    for (const Digest& digest : request_.digests) {
      TrustSubject& subject = request_.subjects.emplace_back();
      subject.digest = digest;
      subject.has_digest = true;
    }
  }
  look_up();
  settle_misses();
  std::size_t bytes = 0;
  for (const std::uint32_t i : to_scan_) bytes += request_.subjects[i].text.size();
  Outcome outcome;
  if (bytes > limits_.inline_scan_bytes_max) {
    outcome.scans = make_scans();
    outcome.complete = false;
    outcome.deadline_ms = request_.deadline_ms;
    return outcome;
  }
  scan_now();
  write_results(response.body, answers_, services_.scans);
  if (!to_remember_.empty()) outcome.scans = make_scans();
  return outcome;
}

void TrustQuery::look_up() {
  const std::size_t count = request_.subjects.size();
  digests_.clear();
  lookups_.clear();
  answers_.assign(count, TrustAnswer());
  text_state_.assign(count, TextState::kUnknown);
  const auto add = [&](std::size_t subject, const Digest& digest, MatchedBy by) {
    digests_.push_back(digest);
    lookups_.push_back({static_cast<std::uint32_t>(subject), by});
  };
  for (std::size_t i = 0; i < count; ++i) {
    const TrustSubject& subject = request_.subjects[i];
    if (subject.has_digest) add(i, subject.digest, MatchedBy::kDigest);
    if (subject.has_text) {
      const auto bytes = std::as_bytes(std::span(subject.text.data(), subject.text.size()));
      add(i, services_.digest(bytes), MatchedBy::kText);
    }
    if (subject.has_uri) {
      if (const auto digest = services_.table.find_uri(subject.uri)) {
        add(i, *digest, MatchedBy::kUri);
      }
    }
    if (subject.has_id) {
      if (const auto digest = services_.table.find_id(subject.id)) add(i, *digest, MatchedBy::kId);
    }
  }
  found_.resize(digests_.size());
  services_.table.find(digests_, found_);
  for (std::size_t i = 0; i < lookups_.size(); ++i) {
    if (!found_[i]) continue;
    const Lookup& lookup = lookups_[i];
    const bool stale = services_.table.is_stale(*found_[i]);
    if (stale) note_stale(digests_[i]);
    if (lookup.by == MatchedBy::kText) {
      text_state_[lookup.subject] = stale ? TextState::kStale : TextState::kKnown;
    }
    combine(answers_[lookup.subject], to_answer(*found_[i], lookup.by, stale));
  }
}

void TrustQuery::settle_misses() {
  to_scan_.clear();
  to_remember_.clear();
  std::size_t missed = 0;
  std::size_t pending = 0;
  for (std::size_t i = 0; i < answers_.size(); ++i) {
    const TrustSubject& subject = request_.subjects[i];
    const OnMiss on_miss = effective(request_.on_miss, subject);
    TrustAnswer& answer = answers_[i];
    if (subject.has_text && on_miss == OnMiss::kScan) {
      const auto index = static_cast<std::uint32_t>(i);
      if (text_state_[i] == TextState::kUnknown) {
        to_scan_.push_back(index);
        continue;
      }
      if (text_state_[i] == TextState::kStale) to_remember_.push_back(index);
    }
    if (answer.matched_by != MatchedBy::kNone) continue;
    ++missed;
    if (on_miss == OnMiss::kAllow) answer.disposition = Disposition::kAllow;
    if (on_miss == OnMiss::kPending) {
      answer.pending = true;
      ++pending;
      if (subject.has_text) to_remember_.push_back(static_cast<std::uint32_t>(i));
    }
  }
  services_.metrics.add(MetricId::kTrustFound, answers_.size() - missed - to_scan_.size());
  services_.metrics.add(MetricId::kTrustMissed, missed);
  services_.metrics.add(MetricId::kTrustPending, pending);
}

void TrustQuery::scan_now() {
  for (const std::uint32_t i : to_scan_) {
    text_.assign(request_.subjects[i].text);
    combine(answers_[i], scan_text(services_, text_.view()));
  }
  to_scan_.clear();
}

std::shared_ptr<TrustScans> TrustQuery::make_scans() const {
  std::vector<TrustScans::Text> texts;
  texts.reserve(to_scan_.size() + to_remember_.size());
  const auto copy = [&](std::uint32_t subject, bool wanted) {
    texts.push_back({subject, wanted, PaddedBuffer::copy_of(request_.subjects[subject].text)});
  };
  for (const std::uint32_t i : to_scan_) copy(i, true);
  for (const std::uint32_t i : to_remember_) copy(i, false);
  return std::make_shared<TrustScans>(services_, answers_, std::move(texts));
}

void TrustQuery::note_stale(const Digest& digest) {
  if (stale_.size() < kStaleReportedMax) stale_.push_back(digest);
  ++stale_count_;
}

void TrustQuery::report_stale() {
  if (stale_count_ == 0) return;
  services_.metrics.add(MetricId::kTrustStale, stale_count_);
  if (services_.rescan) services_.rescan(stale_);
}

}  // namespace credence
