#include "config/policy/policy.h"

#include "scanners/core/json_writer.h"

namespace credence {

std::string Policy::describe() const {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.member("suspicious_score", suspicious_score).member("malicious_score", malicious_score);
  json.key("channel_weight").begin_array();
  for (const float weight : channel_weight) json.value(weight);
  json.end_array();
  json.member("faint_score", faint_score).member("weak_share", weak_share);
  json.member("on_suspicious", to_string(on_suspicious));
  json.member("on_malicious", to_string(on_malicious));
  json.key("on_gap").begin_array();
  for (const Disposition disposition : on_gap) json.value(to_string(disposition));
  json.end_array().end_object();
  return out;
}

}  // namespace credence
