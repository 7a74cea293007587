#include "scanners/model/pickle/value_arena.h"

#include <algorithm>
#include <array>
#include <utility>

namespace credence {

void ValueArena::reset(std::string_view stream) {
  stream_ = stream;
  nodes_.clear();
  items_.assign(1, {});  // 0 ends a chain
  references_.clear();
  reference_index_.clear();
  made_.clear();
  made_bytes_ = 0;
  lost_behaviour_ = false;
}

Value ValueArena::add(Node node) {
  if (nodes_.size() >= kNodesMax) return {};
  nodes_.push_back(node);
  return Value::of(ValueKind::kNode, nodes_.size() - 1);
}

void ValueArena::append(Value container, Value item) {
  Node* const node = this->node(container);
  if (node == nullptr) return;
  if (node->count >= kItemsKept || items_.size() >= kItemsMax) {
    node->elided = true;
  } else {
    items_.push_back({item, 0});
    const auto index = static_cast<std::uint32_t>(items_.size() - 1);
    if (node->first == 0) {
      node->first = index;
    } else {
      items_[node->last].next = index;
    }
    node->last = index;
  }
  if (node->count < 0xFFFFFFFF) ++node->count;
}

void ValueArena::append_pairs(Value dict, const std::vector<Value>& pairs) {
  bool found = false;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (i % 2 == 0) {
      const auto key = text(pairs[i]);
      found = found || (key && is_behaviour(*key));
    }
    append(dict, pairs[i]);
  }
  if (!found) return;
  if (Node* const node = this->node(dict); node != nullptr) {
    node->sets_behaviour = true;
  } else {
    lost_behaviour_ = true;
  }
}

Value ValueArena::tuple(const Value* items, std::size_t count) {
  const Value tuple = add({.kind = NodeKind::kTuple});
  for (std::size_t i = 0; i < count; ++i) append(tuple, items[i]);
  return tuple;
}

Value ValueArena::reference(std::string_view module, std::string_view name, bool by_attribute) {
  if (module.size() > kNameMax || name.size() > kNameMax) return {};
  std::string key;
  key.reserve(module.size() + name.size() + 1);
  key.append(module).append(1, by_attribute ? '\r' : '\n').append(name);
  if (const auto known = reference_index_.find(key); known != reference_index_.end()) {
    return Value::of(ValueKind::kReference, known->second);
  }
  if (references_.size() >= kReferencesMax) return {};
  const auto index = static_cast<std::uint32_t>(references_.size());
  references_.push_back({std::string(module), std::string(name), by_attribute});
  reference_index_.emplace(std::move(key), index);
  return Value::of(ValueKind::kReference, index);
}

Value ValueArena::made_text(std::string text) {
  const std::size_t cost = text.size() + sizeof text;
  if (cost > kMadeBytesMax - made_bytes_) return {};
  made_bytes_ += cost;
  made_.push_back(std::move(text));
  return Value::of(ValueKind::kMadeText, made_.size() - 1);
}

Node* ValueArena::node(Value value) noexcept {
  return value.is(ValueKind::kNode) ? &nodes_[value.index()] : nullptr;
}

const Node* ValueArena::node(Value value) const noexcept {
  return value.is(ValueKind::kNode) ? &nodes_[value.index()] : nullptr;
}

const Node* ValueArena::node(Value value, NodeKind kind) const noexcept {
  const Node* const found = node(value);
  return found != nullptr && found->kind == kind ? found : nullptr;
}

const Reference* ValueArena::reference(Value value) const noexcept {
  return value.is(ValueKind::kReference) ? &references_[value.index()] : nullptr;
}

std::optional<std::string_view> ValueArena::text(Value value) const noexcept {
  if (value.is(ValueKind::kMadeText)) return made_[value.index()];
  if (!value.is(ValueKind::kText)) return std::nullopt;
  return stream_.substr(value.offset(), value.length());
}

std::optional<std::string_view> ValueArena::bytes(Value value) const noexcept {
  if (!value.is(ValueKind::kBytes)) return std::nullopt;
  return stream_.substr(value.offset(), value.length());
}

std::vector<Value> ValueArena::items(Value container, std::size_t most) const {
  std::vector<Value> out;
  const Node* const node = this->node(container);
  for (std::uint32_t i = node == nullptr ? 0 : node->first; i != 0 && out.size() < most;
       i = items_[i].next) {
    out.push_back(items_[i].value);
  }
  return out;
}

Value ValueArena::at(Value dict, std::string_view key) const {
  const Node* const node = this->node(dict, NodeKind::kDict);
  Value found;
  for (std::uint32_t i = node == nullptr ? 0 : node->first; i != 0;) {
    const std::uint32_t value = items_[i].next;
    if (value == 0) break;
    if (text(items_[i].value) == key) found = items_[value].value;
    i = items_[value].next;
  }
  return found;
}

bool is_behaviour(std::string_view attribute) noexcept {
  static constexpr auto kNames = std::to_array<std::string_view>(
      {"__setstate__", "__class__", "__dict__", "__getattr__", "__getattribute__", "__call__",
       "__reduce__", "__reduce_ex__", "__setitem__", "append", "extend", "add"});
  if (attribute.size() > 16) return false;
  return std::find(kNames.begin(), kNames.end(), attribute) != kNames.end();
}

}  // namespace credence
