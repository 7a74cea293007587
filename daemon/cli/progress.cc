#include "daemon/cli/progress.h"

#include <unistd.h>

namespace credence::cli {
namespace {

using Seconds = std::chrono::duration<double>;

}  // namespace

ProgressLine::ProgressLine()
    : active_(::isatty(STDERR_FILENO) == 1), begin_(std::chrono::steady_clock::now()) {}

void ProgressLine::update(const ScanProgress& progress) {
  if (!active_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  const double seconds = Seconds(now - begin_).count();
  const auto done = static_cast<double>(progress.files_done.load());
  const auto found = static_cast<double>(progress.files_found.load());
  const double megabytes = static_cast<double>(progress.bytes_done.load()) / 1e6;
  std::fprintf(stderr, "\r\x1b[K%.0f/%.0f%s files  %.1f MB  %.1f MB/s", done, found,
               progress.found_all ? "" : "+", megabytes, seconds > 0 ? megabytes / seconds : 0);
  if (progress.found_all && done > 0) {
    std::fprintf(stderr, "  %.0f s left", seconds / done * (found - done));
  }
  std::fflush(stderr);
  drawn_ = true;
}

void ProgressLine::clear() {
  if (!drawn_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace credence::cli
