#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <sys/stat.h>

#include "scanners/core/result.h"

// System calls on files as this room needs them: relative to directories that are
// held open, and never through a link.
namespace credence {

// An open file or directory, closed with the object.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) noexcept : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      close();
      number_ = std::exchange(other.number_, -1);
    }
    return *this;
  }

  [[nodiscard]] int get() const noexcept { return number_; }
  [[nodiscard]] int release() noexcept { return std::exchange(number_, -1); }

 private:
  void close() noexcept;

  int number_ = -1;
};

// The Error for the errno of a failed call: "<attempted> <name>: <reason>".
[[nodiscard]] Error system_error(int number, std::string_view attempted, std::string_view name);

enum class Missing { kFail, kMake };

// Opens the directory at an absolute path, one part after another without following
// links; directories that are not there are made (0755) where asked.
[[nodiscard]] Result<Descriptor> open_directory(const std::string& path, Missing missing);

// Opens a regular file for reading.
[[nodiscard]] Result<Descriptor> open_file(int directory, const std::string& name);

[[nodiscard]] Result<struct stat> status_of(int descriptor);
[[nodiscard]] Result<void> sync(int descriptor, std::string_view name);

// Makes a file that was not there, durable and with `mode`. Gone again on failure.
[[nodiscard]] Result<void> write_file(int directory, const std::string& name,
                                      std::string_view bytes, mode_t mode);
[[nodiscard]] Result<void> copy_file(int from, int directory, const std::string& name, mode_t mode);
[[nodiscard]] Result<std::string> read_file(int directory, const std::string& name,
                                            std::size_t size_max);

struct Place {
  int directory;
  const std::string& name;
};

// Renames without replacing what is at `to`. false: the two are on different file
// systems, and nothing was done.
[[nodiscard]] Result<bool> move_file(Place from, Place to);

}  // namespace credence
