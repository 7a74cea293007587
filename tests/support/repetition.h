// How often the long tests repeat what they do.
#pragma once

namespace credence {

// The full number is meant for the plain build. Under a sanitizer of g++ each step costs several
// times as much and one run of it shows as much, so long tests do a part of it.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr int kRepetitionDivisor = 4;
#else
inline constexpr int kRepetitionDivisor = 1;
#endif

}  // namespace credence
