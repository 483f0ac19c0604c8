// SPDX-License-Identifier: MIT
// The wrapper in a process that forks between calls: the child trains what the parent trains.
#include <sys/wait.h>
#include <unistd.h>

#include "wrapper_client.hpp"

namespace runforge_test {
namespace {

// doc: fork
/// Trains in a child process on a dataset that the parent loaded; gives whether the result was that of the
/// parent.
bool child_trains_the_same(const runforge::Dataset& dataset, const std::string& config) {
  runforge::Hooks hooks;
  hooks.threads = 2;
  const runforge::Digest expected = runforge::train(dataset, config, hooks).digest();
  const pid_t child = fork();  // no thread of the library is left from the call before
  if (child == 0) _exit(runforge::train(dataset, config, hooks).digest() == expected ? 0 : 1);
  int status = 0;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
// doc: end

TEST(Process, ForksBetweenCalls) {
  EXPECT_TRUE(child_trains_the_same(iris(), kForest));
}

}  // namespace
}  // namespace runforge_test
