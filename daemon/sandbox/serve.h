#pragma once

#include <functional>

#include "daemon/sandbox/messages.h"
#include "scanners/core/report.h"
#include "scanners/core/result.h"
#include "scanners/engine/engine.h"

// The worker's side of its socket.
namespace credence {

// The descriptor at which a worker finds its socket.
inline constexpr int kWorkerSocket = 3;

using ScanFunction = std::function<Report(const Artifact&)>;

// What a worker becomes once it has been told what engine to build.
struct WorkerEngine {
  Digest digest;
  Limits limits;
  ScanFunction scan;
};
using EngineBuilder = std::function<Result<WorkerEngine>(const SetupMessage&)>;

// The whole life of a worker process: receives its setup, builds its engine, locks
// itself down, and scans what it is handed until the coordinator closes the socket.
// Returns the exit status: 0 after an orderly end, 1 when it could not start (the
// coordinator has been told why), 2 when the coordinator said what makes no sense.
[[nodiscard]] int run_worker(int socket, const EngineBuilder& build);

}  // namespace credence
