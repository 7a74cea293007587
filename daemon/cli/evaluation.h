#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace credence::cli {

// Scores of labelled texts, and what they say about detection.
class Evaluation {
 public:
  // A true positive rate where the threshold is the lowest that flags at most a given
  // share of the benign texts.
  struct Rate {
    double threshold = 0;
    std::size_t benign_flagged = 0;
    std::size_t attacks_flagged = 0;
  };

  // Counts at the policy's own threshold.
  struct Group {
    std::size_t count = 0;
    std::size_t flagged = 0;
  };

  void add(const std::string& group, bool attack, float score, bool flagged);

  [[nodiscard]] Rate at_false_positive_rate(double rate) const;
  [[nodiscard]] std::size_t benign_count() const noexcept { return benign_.size(); }
  [[nodiscard]] std::size_t attack_count() const noexcept { return attacks_.size(); }
  [[nodiscard]] const std::map<std::string, Group>& benign_groups() const noexcept {
    return benign_groups_;
  }
  [[nodiscard]] const std::map<std::string, Group>& attack_groups() const noexcept {
    return attack_groups_;
  }

 private:
  std::vector<float> benign_;
  std::vector<float> attacks_;
  std::map<std::string, Group> benign_groups_;
  std::map<std::string, Group> attack_groups_;
};

}  // namespace credence::cli
