// SPDX-License-Identifier: MIT
#include "core/monitor.hpp"

#include <gtest/gtest.h>

#include <cfenv>
#include <string>
#include <thread>
#include <vector>

namespace rf::core {
namespace {

struct Host {
  std::vector<std::string> heard;
  int rounding = -1;
  std::int32_t answer = 0;
};

MonitorHooks hooks_of(Host& host) {
  MonitorHooks hooks;
  hooks.user = &host;
  hooks.progress = [](void* user, const char* stage, std::uint64_t done, std::uint64_t total) {
    auto& self = *static_cast<Host*>(user);
    self.heard.push_back(std::string(stage) + " " + std::to_string(done) + "/" + std::to_string(total));
    self.rounding = std::fegetround();
    return self.answer;
  };
  hooks.log = [](void* user, std::int32_t level, const char* code, const char* message) {
    static_cast<Host*>(user)->heard.push_back(std::to_string(level) + " " + code + " " + message);
  };
  return hooks;
}

TEST(Monitor, WithoutHooksHearsNothingAndGoesOn) {
  Monitor monitor;
  EXPECT_TRUE(monitor.report("stage", 1, 2).ok());
  monitor.log({Code::kNotConverged, Severity::kWarning, "text", {}});
  EXPECT_TRUE(monitor.check().ok());
  EXPECT_FALSE(monitor.cancelled());
}

TEST(Monitor, StopsForGoodOnceTheCallbackSaysSo) {
  Host host;
  Monitor monitor(hooks_of(host));
  EXPECT_TRUE(monitor.report("trees", 1, 3).ok());
  host.answer = 1;
  EXPECT_EQ(monitor.report("trees", 2, 3).error().code, Code::kCancelled);
  EXPECT_TRUE(monitor.cancelled());
  EXPECT_FALSE(monitor.report("trees", 3, 3).ok());
  EXPECT_EQ(host.heard, (std::vector<std::string>{"trees 1/3", "trees 2/3"}));
}

TEST(Monitor, HearsTheCancelFlag) {
  std::atomic<bool> cancel = false;
  MonitorHooks hooks;
  hooks.cancel = &cancel;
  Monitor monitor(hooks);
  EXPECT_TRUE(monitor.check().ok());
  cancel = true;
  EXPECT_EQ(monitor.check().error().status(), Status::kCancelled);
  EXPECT_FALSE(monitor.report("trees", 1, 1).ok());
}

TEST(Monitor, LogsFromItsLevelOn) {
  Host host;
  MonitorHooks hooks = hooks_of(host);
  hooks.log_level = 30;
  Monitor monitor(hooks);
  monitor.log({Code::kConstantFeature, Severity::kInfo, "quiet", {}});
  monitor.log({Code::kNotConverged, Severity::kWarning, "loud", {}});
  EXPECT_EQ(host.heard, std::vector<std::string>{"30 NOT_CONVERGED loud"});
}

TEST(Monitor, CallsBackInTheHostsFloatEnvironment) {
  std::thread([] {
    std::fesetround(FE_UPWARD);
    const DefaultFloatEnvironment environment;
    Host host;
    MonitorHooks hooks = hooks_of(host);
    hooks.environment = &environment;
    Monitor monitor(hooks);
    EXPECT_TRUE(monitor.report("trees", 1, 1).ok());
    EXPECT_EQ(host.rounding, FE_UPWARD);
    EXPECT_EQ(std::fegetround(), FE_TONEAREST);
  }).join();
}

}  // namespace
}  // namespace rf::core
