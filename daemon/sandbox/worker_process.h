#pragma once

#include <string>

#include <sys/types.h>

#include "daemon/sandbox/channel.h"
#include "daemon/sandbox/messages.h"
#include "scanners/core/result.h"

namespace credence {

// How a process ended.
struct ExitStatus {
  bool by_signal = false;
  int value = 0;  // the signal or the exit status

  // Whether a clock ended it: its own alarm or the limit of processor time.
  [[nodiscard]] bool timed_out() const noexcept;
  // "signal 11 (Segmentation fault)", for people.
  [[nodiscard]] std::string text() const;
};

// A worker process and the socket to it; ended and reaped with this object. Used by
// one thread at a time. The worker dies with the thread that started it, so that
// thread lives as long as the worker is wanted.
class WorkerProcess {
 public:
  // Starts `path` with nothing but the socket and standard error, an empty
  // environment, and `setup` on its way.
  [[nodiscard]] static Result<WorkerProcess> start(const std::string& path,
                                                   const SetupMessage& setup);
  WorkerProcess(WorkerProcess&& other) noexcept;
  WorkerProcess& operator=(WorkerProcess&& other) noexcept;
  ~WorkerProcess();

  // Waits until the worker has built its engine; the reason when it could not.
  [[nodiscard]] Result<ReadyMessage> await_ready(Deadline deadline);

  // Hands over an artifact and waits for the encoded report. After an error the
  // worker is of no more use: kDeadlineExceeded, kUnavailable when it died,
  // kCorrupt when it answered nonsense.
  [[nodiscard]] Result<std::string> scan(const JobMessage& job, int fd, Deadline deadline);

  // Whether something came, or the worker died, within `ms`. An idle worker says
  // nothing, so for one it means that it died.
  [[nodiscard]] bool is_readable(int ms) const;

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }

  // Each leaves no process behind, and is called once. stop() lets the worker end by
  // itself, for a while; kill() does not.
  ExitStatus stop();
  ExitStatus kill();

 private:
  WorkerProcess(pid_t pid, UniqueFd socket) : pid_(pid), socket_(std::move(socket)) {}

  ExitStatus reap();

  pid_t pid_ = -1;  // -1: none, reaped
  UniqueFd socket_;
};

}  // namespace credence
