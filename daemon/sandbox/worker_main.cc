// credence-worker: makes workers for a coordinator that started it with a socket at
// descriptor 3; of no use to a person.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include "daemon/pipeline/engine_factory.h"
#include "daemon/sandbox/serve.h"
#include "scanners/core/clock.h"
#include "scanners/unpack/unpacker.h"

namespace {

using namespace credence;

// An engine with the working memory of the one thread that uses it.
struct Bench {
  SystemClock clock;
  std::shared_ptr<const EngineSnapshot> snapshot;
  std::unique_ptr<Engine::Scratch> scratch;
};

Result<WorkerEngine> build_engine(const SetupMessage& setup) {
  auto bench = std::make_shared<Bench>();
  auto snapshot = build_snapshot(setup.engine, bench->clock);
  if (!snapshot) return std::move(snapshot).error();
  bench->snapshot = std::move(*snapshot);
  bench->scratch = std::make_unique<Engine::Scratch>(bench->snapshot->engine->make_scratch());
  prepare_unpacker();
  return WorkerEngine{bench->snapshot->digest, setup.engine.limits,
                      [bench](const Artifact& artifact) {
                        return bench->snapshot->engine->scan(artifact, *bench->scratch);
                      }};
}

}  // namespace

int main(int argc, char**) {
  if (argc != 1) {
    std::fputs("credence-worker is started by credence and credenced, not by hand.\n", stderr);
    return 2;
  }
  // The engine's memory goes with the process: taking it down would only take time.
  std::_Exit(run_fork_server(kForkServerSocket, build_engine));
}
