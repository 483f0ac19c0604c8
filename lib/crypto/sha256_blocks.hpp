// SPDX-License-Identifier: MIT
// The compression function of SHA-256 (FIPS 180-4, section 6.2.2) with a processor's SHA instructions. The
// files that include this one are compiled for those instructions, so they are C-like and use nothing from
// the standard library.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "crypto/sha256_steps.hpp"

namespace rf::crypto {

/// Mixes `n_blocks` blocks of 64 bytes into the eight words of `state`.
using CompressBlocks = void (*)(uint32_t* state, const uint8_t* data, size_t n_blocks);

void compress_with_x86_sha(uint32_t* state, const uint8_t* data, size_t n_blocks);
/// As above for two digests at once. An instruction mostly waits for the one before it, so a second block
/// takes little more time.
void compress_two_with_x86_sha(uint32_t* state_a, const uint8_t* data_a, uint32_t* state_b,
                               const uint8_t* data_b, size_t n_blocks);
void compress_with_arm_sha2(uint32_t* state, const uint8_t* data, size_t n_blocks);

/// The first is called before the first step and fills `steps`, in which the caller has set `block` and
/// `end`. The second is called after the last step and finishes the current block.
void begin_steps_with_x86_sha(const uint32_t* state, Sha256Steps* steps);
void end_steps_with_x86_sha(Sha256Steps* steps, uint32_t* state);

/// The function that this processor can run, or null if libsodium must be used. Cheap enough to call every
/// time.
CompressBlocks best_compress();

/// The round constants K of section 4.2.2, defined once for each file that uses them.
#define RF_SHA256_ROUND_CONSTANTS                                                                       \
  {                                                                                                     \
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,     \
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, \
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, \
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, \
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, \
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, \
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, \
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2  \
  }

}  // namespace rf::crypto
