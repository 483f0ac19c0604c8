// SPDX-License-Identifier: MIT
// The C++17 program of tests/consumers: what train.c does.   train DATA.csv LABEL
#include "result.hpp"

static_assert(__cplusplus >= 201703L);

int main(int argc, char** argv) {
  if (argc != 3) return std::fprintf(stderr, "usage: %s DATA.csv LABEL\n", argv[0]), 2;
  return train_and_print(argv[1], argv[2]);
}
