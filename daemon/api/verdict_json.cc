#include "daemon/api/verdict_json.h"

#include "daemon/api/services.h"
#include "scanners/core/json_writer.h"

namespace credence {
namespace {

void write_judgement(JsonWriter& json, Verdict verdict, Disposition disposition,
                     const Decision& decision) {
  json.member("verdict", to_string(verdict)).member("disposition", to_string(disposition));
  json.member("score", decision.score).key("reasons").begin_array();
  for (const FindingCode code : decision.reasons) json.value(info(code).id);
  json.end_array();
}

void write_origin(JsonWriter& json, const Digest& made_by, const Digest& engine,
                  std::int64_t scanned_at_ms) {
  json.member("engine", made_by.uri()).member("stale", made_by != engine);
  json.member("scanned_at_ms", scanned_at_ms);
}

}  // namespace

std::string verdict_json(const VerdictRecord& record, const Digest& engine) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("digest", record.digest.uri()).member("subject", "artifact");
  write_judgement(json, record.verdict(), record.disposition(), record.decision);
  write_origin(json, record.engine, engine, record.scanned_at_ms);
  json.member("media_kind", to_string(record.kind)).member("size", record.size);
  json.member("coverage", to_string(record.coverage));
  if (!record.overridden.by.empty()) {
    json.key("override").begin_object();
    json.member("disposition", to_string(record.overridden.disposition));
    json.member("by", record.overridden.by).member("reason", record.overridden.reason);
    json.member("at_ms", record.overridden.at_ms).end_object();
  }
  if (!record.report_json.empty()) json.key("report").raw(record.report_json);
  json.end_object();
  return out;
}

std::string verdict_json(const ChunkVerdict& record, const Digest& engine) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("digest", record.digest.uri()).member("subject", "chunk");
  write_judgement(json, record.decision.verdict, record.decision.disposition, record.decision);
  write_origin(json, record.engine, engine, record.scanned_at_ms);
  json.member("artifact", record.artifact.uri()).member("record_id", record.record_id);
  json.end_object();
  return out;
}

std::string verdict_event(const ArtifactCommit& commit) {
  static constexpr std::size_t kUriShownMax = 4'096;
  const VerdictRecord& record = commit.verdict;
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("digest", record.digest.uri());
  json.member("uri", std::string_view(commit.uri).substr(0, kUriShownMax));
  write_judgement(json, record.verdict(), record.disposition(), record.decision);
  json.member("coverage", to_string(record.coverage));
  json.member("scanned_at_ms", record.scanned_at_ms).end_object();
  return out;
}

}  // namespace credence
