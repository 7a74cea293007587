#include "daemon/sources/settle.h"

#include <utility>

namespace credence {

void Settle::hold(std::string path, Time until) {
  const auto known = due_.find(path);
  if (known != due_.end()) {
    if (known->second->first >= until) return;
    order_.erase(known->second);
    known->second = order_.emplace(until, std::move(path));
    return;
  }
  auto place = order_.emplace(until, path);
  due_.emplace(std::move(path), place);
}

void Settle::forget(const std::string& path) {
  const auto known = due_.find(path);
  if (known == due_.end()) return;
  order_.erase(known->second);
  due_.erase(known);
}

std::vector<std::string> Settle::take(Time now, std::size_t count_max) {
  std::vector<std::string> paths;
  while (!order_.empty() && order_.begin()->first <= now && paths.size() < count_max) {
    due_.erase(order_.begin()->second);
    paths.push_back(std::move(order_.begin()->second));
    order_.erase(order_.begin());
  }
  return paths;
}

}  // namespace credence
