#pragma once

#include <cstdint>
#include <string>

#include "scanners/core/result.h"

namespace credence {

// What protects the system from a process that parses hostile bytes. What the
// kernel or the build lacks is false or 0, and reported.
struct Lockdown {
  bool no_new_privileges = false;
  bool capabilities = false;       // given up, all of them
  bool memory = false;             // the address space is limited
  bool seccomp = false;            // system calls outside a short list end the process
  std::uint32_t landlock_abi = 0;  // no file, no TCP port, no signal outside; 0: not active

  bool operator==(const Lockdown&) const = default;
};

// "no_new_privs, capabilities, memory, seccomp, landlock (ABI 7)", for people.
[[nodiscard]] std::string to_string(const Lockdown& lockdown);

// Gives up, for the rest of the process's life, everything that scanning does not
// need: files may no longer be opened, sockets and processes no longer made; what is
// open stays open. Called once, by a process of one thread. Sanitizers need what is
// forbidden here: in builds with one, neither seccomp nor the limit of memory is
// used. An Error means that a protection that the kernel has could not be had.
[[nodiscard]] Result<Lockdown> lock_down(std::uint64_t memory_bytes_max);

}  // namespace credence
