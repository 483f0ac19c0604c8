// SPDX-License-Identifier: MIT
// A program that binds functions when they are first called spills registers on the stack then: no piece of a
// key may be left there. Each way to work with a key runs first in a process of its own, on a stack that is
// looked at afterwards.
#include <pthread.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "crypto/pem.hpp"

namespace {

using namespace rf::crypto;

constexpr std::size_t kStackBytes = 1 << 20;
constexpr std::size_t kPiece = 8;

struct Work {
  std::string way;
  const Secret& seed;
  const Secret& text;
};

std::span<const std::uint8_t, kSeedBytes> seed_of(const Secret& secret) {
  return std::span<const std::uint8_t, kSeedBytes>(secret.bytes());
}

/// Puts the seed where registers are not, so that only what the library does can leave it on the stack.
void fill(std::span<std::uint8_t> seed) {
  for (std::size_t i = 0; i < seed.size(); ++i) seed[i] = static_cast<std::uint8_t>(i * 37 + 161);
}

void* do_work(void* given) {
  const Work& work = *static_cast<const Work*>(given);
  if (work.way == "read") {
    (void)signer_from_pem({reinterpret_cast<const char*>(work.text.bytes().data()), work.text.size()});
  } else {
    const auto signer = Signer::from_seed(seed_of(work.seed));
    if (!signer.ok()) std::abort();
    if (work.way == "sign") (void)signer->sign("a message");
    if (work.way == "write") (void)private_key_pem(*signer);
  }
  return nullptr;
}

/// How many places of the stack hold a piece of the secret.
std::size_t n_pieces(std::string_view stack, std::span<const std::uint8_t> secret) {
  std::size_t n = 0;
  for (std::size_t i = 0; i + kPiece <= secret.size(); ++i) {
    const std::string_view piece(reinterpret_cast<const char*>(secret.data()) + i, kPiece);
    for (std::size_t at = stack.find(piece); at != std::string_view::npos; at = stack.find(piece, at + 1))
      ++n;
  }
  return n;
}

/// The text of a key by other means than the library's, whose functions are not to be bound yet.
void write_text(const Secret& seed, std::span<std::uint8_t> text) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  constexpr std::array<std::uint8_t, 16> kPrefix = {0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06,
                                                    0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20};
  constexpr std::string_view kBegin = "-----BEGIN PRIVATE KEY-----\n";
  constexpr std::string_view kEnd = "\n-----END PRIVATE KEY-----\n";
  std::size_t size = 0;
  for (const char c : kBegin) text[size++] = static_cast<std::uint8_t>(c);
  const auto byte = [&](std::size_t i) { return i < 16 ? kPrefix[i] : seed.bytes()[i - 16]; };
  for (std::size_t i = 0; i < 48; i += 3) {
    const unsigned group = static_cast<unsigned>(byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2));
    for (int shift = 18; shift >= 0; shift -= 6)
      text[size++] = static_cast<std::uint8_t>(kDigits[group >> shift & 63]);
  }
  for (const char c : kEnd) text[size++] = static_cast<std::uint8_t>(c);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  auto seed = Secret::allocate(kSeedBytes);
  auto text = Secret::allocate(28 + 64 + 27);
  void* const stack = mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (!seed.ok() || !text.ok() || stack == MAP_FAILED) return 2;
  fill(seed->bytes());
  write_text(*seed, text->bytes());

  Work work{argv[1], *seed, *text};
  pthread_attr_t attributes;
  pthread_t thread;
  if (pthread_attr_init(&attributes) != 0 || pthread_attr_setstack(&attributes, stack, kStackBytes) != 0 ||
      pthread_create(&thread, &attributes, do_work, &work) != 0 || pthread_join(thread, nullptr) != 0)
    return 2;
  const std::string_view left(static_cast<const char*>(stack), kStackBytes);
  const std::size_t n = n_pieces(left, seed->bytes()) + n_pieces(left, text->bytes().subspan(28 + 22, 42));
  std::printf("%s: %zu pieces of the key are left on the stack\n", argv[1], n);
  return n == 0 ? 0 : 1;
}
