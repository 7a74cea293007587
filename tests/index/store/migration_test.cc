#include "index/store/migration.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "index/record/codec.h"
#include "index/store/keyed_store.h"
#include "index/store/keys.h"
#include "index/store/memory_store.h"
#include "index/store/rocksdb_key_value.h"
#include "tests/index/store/store_fixture.h"

namespace credence {
namespace {

using testing::fake_digest;

void put(KeyValue& store, Family family, std::string_view key, std::string_view value) {
  const auto batch = store.make_batch();
  batch->put(family, key, value);
  REQUIRE(store.write(*batch).ok());
}

void put_schema(KeyValue& store, std::uint32_t version) {
  put(store, Family::kMeta, kSchemaKey, std::move(Encoder(1).fixed32(version)).take());
}

std::uint32_t schema(const KeyValue& store) {
  const auto bytes = store.get(Family::kMeta, kSchemaKey);
  REQUIRE(bytes->has_value());
  Decoder in(**bytes);
  static_cast<void>(in.byte());
  return in.fixed32();
}

// Puts 'v' before every caller id, as if a later schema had asked for it.
Result<void> prefix_ids(KeyValue& store) {
  const auto batch = store.make_batch();
  auto scanned =
      store.scan(Family::kCallerIds, {}, [&](std::string_view key, std::string_view value) {
        if (key.starts_with('v')) return true;  // done by a run that was stopped
        batch->erase(Family::kCallerIds, key);
        batch->put(Family::kCallerIds, 'v' + std::string(key), value);
        return true;
      });
  if (!scanned) return scanned;
  return store.write(*batch);
}

Result<void> fail(KeyValue&) { return Error(ErrorCode::kIo, "stopped"); }

TEST_CASE("an empty store gets the schema, a current one is left alone") {
  const auto store = make_memory_key_value();
  REQUIRE(migrate(*store, {}, 3).ok());
  CHECK(schema(*store) == 3);
  REQUIRE(migrate(*store, {}, 3).ok());
  CHECK(check_schema(*store, 3).ok());
}

TEST_CASE("an earlier schema goes through each step, on disk and over a restart") {
  const testing::TemporaryDirectory directory;
  const RocksDbOptions options{.path = directory.path() / "store", .digest = fake_digest};
  {
    const auto store = open_rocksdb_key_value(options, nullptr);
    REQUIRE(store.ok());
    put_schema(**store, 1);
    put(**store, Family::kCallerIds, "kb/1", encode_alias(testing::numbered_digest(1)));
    put(**store, Family::kCallerIds, "kb/2", encode_alias(testing::numbered_digest(2)));
  }
  const Migration stopped[] = {{1, prefix_ids}, {2, fail}};
  const Migration whole[] = {{1, prefix_ids}, {2, prefix_ids}};
  {
    const auto store = open_rocksdb_key_value(options, nullptr);
    REQUIRE(store.ok());
    const auto migrated = migrate(**store, stopped, 3);
    REQUIRE_FALSE(migrated.ok());
    CHECK(migrated.error().code() == ErrorCode::kIo);
    CHECK(schema(**store) == 2);
  }
  const auto store = open_rocksdb_key_value(options, nullptr);
  REQUIRE(store.ok());
  REQUIRE(migrate(**store, whole, 3).ok());
  CHECK(schema(**store) == 3);
  std::vector<std::string> ids;
  REQUIRE((*store)
              ->scan(Family::kCallerIds, {},
                     [&](std::string_view key, std::string_view) {
                       ids.emplace_back(key);
                       return true;
                     })
              .ok());
  CHECK(ids == std::vector<std::string>{"vkb/1", "vkb/2"});
}

TEST_CASE("schemas that cannot be read are refused, and nothing is written") {
  struct Case {
    const char* name;
    std::string bytes;
    ErrorCode code;
  };
  const Case cases[] = {
      {"later", std::move(Encoder(1).fixed32(2)).take(), ErrorCode::kUnsupported},
      {"zero", std::move(Encoder(1).fixed32(0)).take(), ErrorCode::kCorrupt},
      {"cut", std::string("\x01\x01"), ErrorCode::kCorrupt},
      {"empty", std::string(), ErrorCode::kCorrupt},
      {"other encoding", std::move(Encoder(2).fixed32(1)).take(), ErrorCode::kCorrupt},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    auto base = make_memory_key_value();
    put(*base, Family::kMeta, kSchemaKey, c.bytes);
    const auto checked = check_schema(*base, 1);
    CHECK_FALSE(checked.ok());
    const auto opened = KeyedStore::open(std::move(base), fake_digest, false);
    REQUIRE_FALSE(opened.ok());
    CHECK(opened.error().code() == c.code);
  }
}

TEST_CASE("records without a schema number are no store of ours") {
  const auto store = make_memory_key_value();
  put(*store, Family::kUris, "file:///a", "x");
  const auto migrated = migrate(*store, {}, 1);
  REQUIRE_FALSE(migrated.ok());
  CHECK(migrated.error().code() == ErrorCode::kCorrupt);
}

TEST_CASE("an earlier schema without a step, or opened for reading only, is refused") {
  const auto store = make_memory_key_value();
  put_schema(*store, 1);
  CHECK(migrate(*store, {}, 2).error().code() == ErrorCode::kUnsupported);
  CHECK(check_schema(*store, 2).error().code() == ErrorCode::kUnsupported);
  CHECK(check_schema(*make_memory_key_value(), 2).error().code() == ErrorCode::kNotFound);
}

}  // namespace
}  // namespace credence
