// SPDX-License-Identifier: MIT
// The C++20 program of tests/consumers: what train.c does, in a program that has an Armadillo, a RapidJSON
// and a libsodium of its own with the same names and other behaviour. It calls them, so that they are linked,
// and they must give what they give and RunForge what it gives: neither may meet the other.   clash DATA.csv
// LABEL
#include <rapidjson/document.h>
#include <armadillo>
#ifndef WITHOUT_OTHER_SODIUM
#include <sodium.h>
#endif

#include "result.hpp"

static_assert(__cplusplus >= 202002L);

namespace {

bool others_are_the_programs_own() {
  arma::Mat<double> matrix(2, 3);
  rapidjson::Document document;
  document.Parse("{\"a\": 1}");
  bool own = matrix.n_elem == arma::kOther && document.HasParseError() &&
             document.GetString() == std::string("other");
#ifndef WITHOUT_OTHER_SODIUM
  unsigned char hash[32];
  crypto_hash_sha256(hash, nullptr, 0);
  own = own && sodium_init() == -1 && hash[0] == 0xee && hash[31] == 0xee;
#endif
  return own;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::fprintf(stderr, "usage: %s DATA.csv LABEL\n", argv[0]), 2;
  const int status = train_and_print(argv[1], argv[2]);
  if (!others_are_the_programs_own())
    return std::fprintf(stderr, "a library of the program's own was replaced\n"), 4;
  return status;
}
