// SPDX-License-Identifier: MIT
// Whether a sanitizer holds memory and answers to faults in its own way: gcc defines macros, clang has
// features.
#pragma once

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define RF_TEST_SANITIZED 1
#elif defined(__has_feature)
#define RF_TEST_SANITIZED (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#else
#define RF_TEST_SANITIZED 0
#endif
